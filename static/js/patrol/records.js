// What lies in the phone: drafts, what waits, what the hub answered, and what the worker has to decide.
import { newItem } from "./items.js";
import { button, fill, part, say } from "./words.js";

const TONES = { draft: "waiting", queued: "paused", done: "done", refused: "overdue", conflict: "soon" };
const ICONS = { draft: "pencil", queued: "cloud-upload", done: "circle-check-filled", refused: "alert-triangle", conflict: "help-circle" };
const FIRST = ["conflict", "refused", "draft", "queued", "done"];
const SHOWN = 60;

export class Records {
  constructor(place, options) {
    Object.assign(this, { place, ...options });
    this.list = place.querySelector("[data-record-list]");
  }

  draw(items, open) {
    const shown = items.filter((item) => this.matters(item) && item.key !== open);
    shown.sort((a, b) => FIRST.indexOf(a.state) - FIRST.indexOf(b.state) || b.at.localeCompare(a.at));
    const now = JSON.stringify(shown);
    if (now === this.drawn) return;
    this.drawn = now;
    this.place.hidden = !shown.length;
    this.list.replaceChildren(...shown.slice(0, SHOWN).map((item) => this.card(item)));
  }

  // A tick that went through without a word is nothing to read.
  matters(item) {
    return item.kind === "finding" || item.kind === "note" || item.state !== "done" || item.words?.length;
  }

  card(item) {
    const title = item.kind === "finding" ? this.category(item.facts.category) || say("no_category") : item.facts.title || say(`items.${item.kind}`);
    const card = fill(part("record"), { title, mark: say(`marks.${item.state}`), text: this.text(item) });
    card.dataset.state = item.state;
    card.dataset.kind = item.kind;
    card.querySelector("[data-mark]").classList.add(`ml-state-${TONES[item.state]}`);
    card.querySelector("[data-mark]").prepend(this.icon(ICONS[item.state]));
    const trouble = item.trouble ? say(`troubles.${item.trouble}`) : "";
    const lines = [trouble, ...(item.words ?? []), ...Object.values(item.errors ?? {}).flat()].filter(Boolean);
    card.querySelector("[data-words]").replaceChildren(...lines.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
    if (item.state === "conflict" && item.conflict) this.sides(card, item.conflict);
    card.querySelector("[data-actions]").replaceChildren(...this.actions(item));
    return card;
  }

  text({ at, number, photos, facts, state }) {
    const when = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const place = [this.building(facts.building), facts.place].filter(Boolean).join(" ");
    const said = (facts.note ?? facts.description ?? "").slice(0, 60);
    return [when, state === "done" ? number : "", place, said, photos ? say("photos", { n: photos }) : ""].filter(Boolean).join(" · ");
  }

  icon(name) {
    const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    const known = document.getElementById("toast-template").content.querySelector("use").getAttribute("href");
    use.setAttribute("href", known.replace(/#.*/, `#${name}`));
    mark.setAttribute("class", "icon");
    mark.setAttribute("aria-hidden", "true");
    mark.append(use);
    return mark;
  }

  sides(card, { title, phone, hub }) {
    const box = card.querySelector("[data-sides]");
    fill(box, { "phone-name": say("phone_side"), "hub-name": say("hub_side"), phone, hub });
    box.hidden = false;
    card.querySelector("[data-words]").prepend(Object.assign(document.createElement("li"), { textContent: title }));
  }

  actions(item) {
    if (item.state === "done") return item.number ? [this.link(item.number)] : [];
    if (item.state === "queued") return [];
    const drop = button(say("drop"), () => confirm(say("drop_sure")) && this.drop(item), "quiet");
    if (item.state === "draft") return [button(say("open"), () => this.edit(item)), drop];
    if (item.state === "conflict") return [...item.conflict.choices.map((choice, nth) => this.choice(item, choice, nth)), drop];
    const again = item.kind === "finding" ? [button(say("again"), () => this.edit(item), "primary")] : [];
    const bare = (item.errors?.photos || item.trouble === "too_heavy") && item.facts.outcome !== "fixed" ? [button(say("without_photos"), () => this.bare(item))] : [];
    return [...again, ...bare, drop];
  }

  choice(item, { value, label, local }, nth) {
    const take = () => (local ? this.edit(item) : this.save({ ...item, state: "queued", choice: value, conflict: null }));
    return button(label, take, nth ? "secondary" : "primary");
  }

  link(number) {
    const made = button(say("see"), () => {});
    const anchor = document.createElement("a");
    anchor.className = made.className;
    anchor.href = this.address(number);
    anchor.textContent = made.textContent;
    return anchor;
  }
}

// One's own matters on the way: a word of progress, or done.
export class Matters {
  constructor(place, { note }) {
    Object.assign(this, { place, note });
    this.list = place.querySelector("[data-matter-list]");
  }

  draw(matters, items) {
    const told = new Set(items.filter(({ kind, state }) => kind === "note" && state !== "done").map(({ facts }) => facts.number));
    const open = matters.filter(({ number }) => !told.has(number));
    const now = open.map(({ number, seen }) => number + seen).join();
    if (now === this.before) return; // what is being typed stays
    this.before = now;
    this.place.hidden = !open.length;
    this.list.replaceChildren(...open.map((matter) => this.card(matter)));
  }

  card(matter) {
    const card = fill(part("matter"), { title: matter.title, due: matter.due });
    const field = card.querySelector("[data-note]");
    const error = card.querySelector("[data-matter-error]");
    card.querySelectorAll("[data-verb]").forEach((each) =>
      each.addEventListener("click", () => {
        error.hidden = Boolean(field.value.trim());
        error.textContent = say("nothing");
        if (!field.value.trim()) return;
        const { number, seen, title } = matter;
        this.note(newItem("note", null, { number, seen, title, verb: each.dataset.verb, note: field.value.slice(0, 2000) }));
      }),
    );
    return card;
  }
}
