// The photos of one finding: made small, kept beside it, shown, and taken out again.
import { BadPhoto, shrink } from "./shrink.js";
import { isFull } from "./store.js";
import { part, say, unwarn, warn } from "./words.js";

export class Photos {
  constructor(form, store, most, changed) {
    this.list = form.querySelector("[data-editor-photos]");
    this.note = form.querySelector("[data-photo-note]");
    this.input = form.querySelector("input[type=file]");
    this.add = this.input.closest("label");
    Object.assign(this, { store, most, changed });
    this.input.addEventListener("change", () => {
      const files = [...this.input.files];
      this.input.value = "";
      this.working = (this.working ?? Promise.resolve()).then(() => this.take(files));
    });
  }

  // The words are stored before the first photo is: whatever happens to it, they stay.
  async take(files) {
    const item = await this.changed();
    const rest = this.most - (await this.store.photos(item.key)).length;
    this.note.textContent = say("shrinking");
    let told = files.length > rest ? say("most", { n: this.most }) : "";
    for (const file of files.slice(0, rest)) told = (await this.one(item.key, file)) || told;
    await this.show(item.key);
    this.note.textContent = told;
    await this.changed();
  }

  async one(key, file) {
    try {
      const { blob, name, shown } = await shrink(file);
      await this.store.addPhoto(key, blob, name, shown);
      unwarn("photo_full");
      return shown ? "" : say("heic");
    } catch (error) {
      if (error instanceof BadPhoto) return say(error.why, { n: error.megabytes });
      if (!isFull(error)) throw error;
      warn("photo_full");
      return say("photo_full");
    }
  }

  async show(key) {
    const photos = key ? await this.store.photos(key) : [];
    this.list.replaceChildren(...photos.map((photo) => this.tile(key, photo)));
    this.add.hidden = photos.length >= this.most;
    this.note.textContent = "";
  }

  tile(key, { id, blob, name, shown }) {
    const tile = part("photo");
    const image = tile.querySelector("img");
    if (shown) {
      image.src = URL.createObjectURL(blob);
      image.alt = name;
      image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    } else {
      const instead = part("no-preview");
      instead.querySelector("[data-name]").textContent = name;
      image.replaceWith(instead);
    }
    tile.querySelector("button").addEventListener("click", async () => {
      await this.store.removePhoto(id);
      await this.show(key);
      await this.changed();
      this.input.focus();
    });
    return tile;
  }
}
