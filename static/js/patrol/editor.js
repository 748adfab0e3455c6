// One finding being written. Every letter is stored within a moment, so that a killed tab loses nothing.
import { newItem } from "./items.js";
import { Photos } from "./photos.js";
import { isFull } from "./store.js";
import { part, say, unwarn, warn } from "./words.js";

const PAUSE = 250;
const TEXTS = { place: 120, description: 2000 };
const FIELDS = ["place", "description", "spot_lat", "spot_lng"];

export class Editor {
  constructor(form, store, { most, changed }) {
    Object.assign(this, { form, store, changed, item: null, patrol: null, buildings: [] });
    this.state = form.querySelector("[data-editor-state]");
    this.photos = new Photos(form, store, most, () => this.keep());
    const soon = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), PAUSE);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const join = event.submitter?.dataset.join;
      if (join) this.finish("reported", { join });
    });
    // The hub was asked for the same thing nearby; where it could not be, it says so after the finding has come.
    this.alike = form.querySelector("#alike");
    this.alike.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.successful) this.asked = true;
    });
    new MutationObserver(soon).observe(form.querySelector("[data-locate-note]"), { childList: true });
    document.addEventListener("visibilitychange", () => document.hidden && this.timer && this.keep());
    form.querySelector("[data-editor-later]").addEventListener("click", () => this.later());
    form.querySelectorAll("[data-outcome]").forEach((button) => button.addEventListener("click", () => this.finish(button.dataset.outcome)));
  }

  radio(name) {
    return this.form.querySelector(`input[name=${name}]:checked`)?.value ?? "";
  }

  facts() {
    const beyond = this.form.elements.beyond.value;
    const building = beyond || this.radio("building");
    const grid = this.buildings.find(({ id }) => String(id) === building)?.grid ?? "";
    const texts = Object.fromEntries(FIELDS.map((name) => [name, this.form.elements[name].value.toWellFormed?.() ?? this.form.elements[name].value]));
    return { ...texts, category: this.radio("category"), urgent: this.radio("urgent"), building, grid: String(grid) };
  }

  isBlank(facts) {
    return !facts.category && !facts.place && !facts.description && !facts.urgent;
  }

  // Store what stands in the form; returns the item, which from now on exists.
  async keep() {
    clearTimeout(this.timer);
    this.timer = null;
    const facts = this.facts();
    this.item ??= newItem("finding", this.patrol.id, {}, "draft");
    const item = this.item;
    item.facts = { ...item.facts, ...facts, asked: this.asked ? "yes" : "" };
    item.photos = (await this.store.photos(item.key)).length;
    await this.write(item);
    return item;
  }

  async write(item) {
    try {
      await this.store.save(item);
      this.state.textContent = say("saved");
      unwarn("text_full");
      this.changed();
      return true;
    } catch (error) {
      if (!isFull(error)) throw error;
      warn("text_full");
      return false;
    }
  }

  // What the form offers for a patrol: the buildings of its grid as chips, the community's others in a list.
  offer(patrol, buildings) {
    if (this.patrol?.id === patrol.id && this.buildings.length === buildings.length) return;
    this.patrol = patrol;
    this.form.elements.patrol.value = patrol.id;
    this.buildings = buildings;
    const mine = patrol.grid ? buildings.filter(({ grid }) => grid === patrol.grid) : [];
    const others = buildings.filter((one) => !mine.includes(one));
    const chosen = this.item?.facts.building ?? "";
    const chips = [{ id: "", name: this.form.dataset.none }, ...mine].map(({ id, name }) => {
      const chip = part("building");
      chip.querySelector("input").value = id;
      chip.querySelector("input").checked = String(id) === chosen;
      chip.querySelector("[data-name]").textContent = name;
      return chip;
    });
    this.form.querySelector("[data-buildings]").replaceChildren(...chips);
    const select = this.form.elements.beyond;
    select.replaceChildren(select.options[0], ...others.map(({ id, full, grid_name }) => new Option(`${full}（${grid_name}）`, id)));
    select.value = others.some(({ id }) => String(id) === chosen) ? chosen : "";
    this.form.querySelector("[data-beyond]").hidden = !others.length;
  }

  async show(item, building = "") {
    const facts = item?.facts ?? { building };
    this.item = item;
    this.asked = false;
    this.alike.replaceChildren();
    this.state.textContent = "";
    const { spot_lat: lat } = this.form.elements;
    if (lat.value) this.form.querySelector("[data-locate-button]").click();
    for (const name of FIELDS) this.form.elements[name].value = facts[name] ?? "";
    this.form.querySelector("[data-locate-note]").textContent = facts.spot_lat ? say("added") : "";
    for (const name of ["category", "urgent", "building"]) {
      this.form.querySelectorAll(`input[name=${name}]`).forEach((input) => (input.checked = input.value === String(facts[name] ?? "")));
    }
    this.form.elements.beyond.value = facts.building ?? "";
    if (this.form.elements.beyond.selectedIndex < 0) this.form.elements.beyond.value = "";
    clearTimeout(this.timer);
    const any = this.form.querySelector("input[name=category]");
    any?.dispatchEvent(new Event("change")); // the hint line follows
    this.complain(item?.state === "refused" ? item.errors : {});
    await this.photos.show(item?.key);
  }

  complain(errors) {
    this.form.querySelectorAll("[data-error]").forEach((line) => {
      const told = errors[line.dataset.error];
      line.textContent = told?.join(" ") ?? "";
      line.hidden = !told;
    });
    this.form.querySelector("[data-error]:not([hidden])")?.scrollIntoView({ block: "center" });
  }

  wrong(facts, photos, outcome, join) {
    const errors = {};
    if (!facts.category && !join) errors.category = [say("need_category")];
    if (!facts.building && !facts.place.trim() && !join) errors.place = [say("need_place")];
    if (outcome === "fixed" && !photos) errors.photos = [say("need_photo")];
    for (const [name, most] of Object.entries(TEXTS)) {
      if (facts[name].length > most) errors[name] = [say("too_long", { n: facts[name].length - most })];
    }
    return errors;
  }

  async later() {
    await this.photos.working;
    if (!this.isBlank(this.facts()) || this.item) await this.keep();
    await this.show(null, this.item?.facts.building);
    this.form.scrollIntoView();
  }

  // ``more``: the report that it joins. What stands there already needs neither category nor place.
  async finish(outcome, more = {}) {
    await this.photos.working;
    const item = await this.keep();
    const errors = this.wrong(item.facts, item.photos, outcome, more.join);
    this.complain(errors);
    if (Object.keys(errors).length) return;
    const done = { ...item, facts: { ...item.facts, outcome, join: "", ...more }, state: "queued", choice: "", errors: {}, conflict: null };
    if (!(await this.write(done))) return;
    await this.show(null, item.facts.building);
    this.changed(true);
  }
}
