// The day's patrols: setting out, ticking check-points, coming home. Each tap is an item in the phone, network or not.
import { newItem } from "./items.js";
import { fill, part, say } from "./words.js";

export class Walks {
  constructor(place, { note, scan }) {
    Object.assign(this, { place, note, scan });
    this.words = new Map(); // what stands in the fields for the next shift, across redrawings
  }

  // Drawn only when something has changed: a thumb on a button, or a word half written, is not disturbed.
  draw(patrols) {
    const now = JSON.stringify(patrols);
    if (now === this.drawn) return;
    this.drawn = now;
    this.patrols = patrols;
    const open = patrols.filter(({ status }) => status === "planned" || status === "started");
    this.place.replaceChildren(...open.map((patrol) => this.card(patrol)));
    document.querySelector("[data-no-walk]").hidden = open.length > 0;
  }

  card(patrol) {
    const started = patrol.status === "started";
    const card = fill(part("walk"), {
      title: patrol.place, state: say(`states.${patrol.status}`) || patrol.state, until: say("until", { at: patrol.until }),
    });
    card.classList.toggle("ml-walk-started", started);
    card.dataset.patrol = patrol.id;
    const begin = card.querySelector("[data-start]");
    begin.hidden = started;
    begin.addEventListener("click", () => this.note(newItem("start", patrol.id)));
    card.querySelector("[data-finish-box]").hidden = !started;
    const field = card.querySelector("[data-finish-note]");
    field.value = this.words.get(patrol.id) ?? "";
    field.addEventListener("input", () => this.words.set(patrol.id, field.value));
    card.querySelector("[data-finish-box]").open = Boolean(field.value);
    card.querySelector("[data-finish]").addEventListener("click", () => {
      this.note(newItem("finish", patrol.id, { note: field.value.slice(0, 2000), began: patrol.began }));
    });
    if (started && patrol.points.length) this.points(card, patrol);
    return card;
  }

  points(card, patrol) {
    const done = patrol.points.filter((point) => point.done).length;
    card.querySelector("[data-points-box]").hidden = false;
    fill(card, { "points-count": say("points", { done, all: patrol.points.length }) });
    card.querySelector("[data-scan]").addEventListener("click", () => this.scan());
    card.querySelector("[data-points]").replaceChildren(...patrol.points.map((point) => this.line(patrol, point)));
  }

  line(patrol, point) {
    const line = fill(part("point"), { name: point.name, "tick-words": say(point.done ? "ticked" : "to_tick") });
    const button = line.querySelector("[data-tick]");
    line.classList.toggle("ml-point-done", point.done);
    button.disabled = point.done;
    button.setAttribute("aria-label", `${point.name} ${say(point.done ? "ticked" : "to_tick")}`);
    button.addEventListener("click", () => this.tick(patrol, point, "tap"));
    return line;
  }

  tick(patrol, point, how) {
    if (!point.done) this.note(newItem("tick", patrol.id, { point: String(point.id), how }));
  }

  // A scanned code, or the address that an ordinary camera opened. Returns the words to show.
  code(text) {
    const token = text.split("#")[0].replace(/\/$/, "").split("/").at(-1);
    for (const patrol of this.patrols.filter(({ status }) => status === "started")) {
      const point = patrol.points.find((one) => one.token === token);
      if (!point) continue;
      this.tick(patrol, point, "code");
      return { ok: true, words: say("scanned", { name: point.name }) };
    }
    return { ok: false, words: say("unknown_code") };
  }
}
