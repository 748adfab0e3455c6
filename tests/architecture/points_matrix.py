"""Who gets what at the addresses of the red account: rules, awards, appeals, stars, and what people show by choice."""

from tests.architecture.matrix import DESK_OF_OURS, NO, OUR_PEOPLE, Row, To, of

SETTLED = f"{OUR_PEOPLE} their_resident their_worker their_staff far_officer"  # who belong to some community

ROWS = [
    Row("points:rules"),
    Row("points:rules-begin", get=NO, post=To(404), about="in no community"),
    Row("points:rule", of("ruleset"), get=To(200, DESK_OF_OURS), post=To(422, DESK_OF_OURS)),
    Row("points:stars"),
    Row("points:star-overview"),
    Row("points:certificate-issue", get=NO, post=To(302)),
    Row("points:certificate-paper", lambda scene: [scene.certificate.pk], get=To(200, "volunteer")),
    Row("certificate", lambda scene: [scene.certificate.key]),
    Row("certificate", lambda scene: ["NOSUCHCODE12"], get=To(404), about="that there is not"),
    Row("points:pledges"),
    Row("points:pledge-mine", get=To(200, others=302, who=SETTLED),
        post=To(422, others=302, who=SETTLED)),
    Row("points:pledge-show", get=NO, post=To(302)),
    Row("pledge", of("pledge")),
    Row("pledge", lambda scene: ["NOSUCHCODE12"], get=To(404), about="that is not shown"),
    Row("points:challenges"),
    Row("points:challenge-put-up", post=To(422)),
    Row("cases:page", of("challenge"), get=To(200, f"{OUR_PEOPLE} admin"), about="an open challenge"),
    Row("points:stories"),
    Row("points:story-write", post=To(422)),
    Row("points:story", lambda scene: [scene.story.pk], get=To(200, f"volunteer {DESK_OF_OURS}"),
        post=To(422, f"volunteer {DESK_OF_OURS}")),
    Row("points:story-end", lambda scene: [scene.story.pk], get=NO, post=To(302, f"volunteer {DESK_OF_OURS}")),
    Row("points:awards"),
    Row("points:award-propose", post=To(422)),
    Row("points:appeals"),
    Row("points:appeal-lodge", post=To(422)),
    Row("cases:page", of("award"), get=To(200, DESK_OF_OURS), about="an award"),
    Row("cases:page", of("appeal"), get=To(200, f"owner officer {DESK_OF_OURS}"), about="an appeal"),
    Row("cases:page", of("ruleset"), get=To(200, DESK_OF_OURS), about="a draft of rules"),
]  # fmt: skip
