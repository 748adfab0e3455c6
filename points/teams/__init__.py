"""志愿队伍: teams anybody may join and leave, their activities, and hours that others prove. 谁组织谁记录，谁记录谁证明。"""
