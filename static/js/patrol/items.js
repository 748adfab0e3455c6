// What the phone notes: items. Each has the key under which the hub takes it once, and the phone's own time.
const STAGES = [["start"], ["tick", "finding", "note"], ["finish"]];
const KEPT_DONE = 3 * 24 * 3600 * 1000;

export const newItem = (kind, patrol, facts = {}, state = "queued") => ({
  key: crypto.randomUUID(), kind, patrol, facts, state, at: new Date().toISOString(), photos: 0, choice: "", words: [], errors: {},
});

export const waiting = (items) => items.filter((item) => item.state === "queued");
export const unsent = (items) => items.filter((item) => item.state !== "done" && item.state !== "draft");

// In the order in which the hub should hear of them: out, what was seen, home.
export function stages(items) {
  return STAGES.map((kinds) => items.filter((item) => kinds.includes(item.kind)).sort((a, b) => a.at.localeCompare(b.at)));
}

export const outdated = (item) => item.state === "done" && Date.now() - Date.parse(item.at) > KEPT_DONE;

// The patrols as the phone knows them: what the hub said last, and what was noted since.
export function patrolsNow(pack, items) {
  return (pack?.patrols ?? []).map((patrol) => {
    const noted = items.filter((item) => item.patrol === patrol.id && item.state !== "draft" && item.choice !== "leave");
    const has = (kind) => noted.some((item) => item.kind === kind);
    const ticked = new Set(noted.filter((item) => item.kind === "tick").map((item) => Number(item.facts.point)));
    const planned = patrol.status === "planned";
    const status = has("finish") ? "done" : planned && has("start") ? "started" : patrol.status;
    const points = patrol.points.map((point) => ({ ...point, done: point.done || ticked.has(point.id) }));
    return { ...patrol, status, points, began: noted.find((item) => item.kind === "start")?.at ?? "" };
  });
}
