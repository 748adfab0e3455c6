// Everything noted on a walk, in the phone's own database: one for each account, so that nobody opens another's.
import { openDB } from "../../vendor/idb.js";

const BALLAST = 512 * 1024; // thrown overboard when the phone is full, so that words still fit

export const isFull = (error) => error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";

export async function openStore(user) {
  const db = await openDB(`mulin-patrol-${user}`, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("items", { keyPath: "key" });
      fresh.createObjectStore("photos", { keyPath: "id", autoIncrement: true }).createIndex("item", "item");
      fresh.createObjectStore("kept");
    },
  });
  return new Store(db, user);
}

export class Store {
  constructor(db, user) {
    this.db = db;
    this.user = String(user);
  }

  items() {
    return this.db.getAll("items");
  }

  get(key) {
    return this.db.get("items", key);
  }

  // Words come first: when they do not fit, the ballast goes.
  async save(item) {
    try {
      await this.db.put("items", item);
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.db.delete("kept", "ballast");
      await this.db.put("items", item);
    }
  }

  async remove(key) {
    await this.dropPhotos(key);
    await this.db.delete("items", key);
  }

  photos(key) {
    return this.db.getAllFromIndex("photos", "item", key);
  }

  addPhoto(item, blob, name, shown) {
    return this.db.add("photos", { item, blob, name, shown });
  }

  removePhoto(id) {
    return this.db.delete("photos", id);
  }

  async dropPhotos(key) {
    const ids = await this.db.getAllKeysFromIndex("photos", "item", key);
    await Promise.all(ids.map((id) => this.db.delete("photos", id)));
  }

  pack() {
    return this.db.get("kept", "pack");
  }

  async keepPack(pack) {
    await this.db.put("kept", pack, "pack").catch(() => {});
  }

  // Kept when there is room again.
  async loadBallast() {
    if (await this.db.getKey("kept", "ballast")) return;
    await this.db.put("kept", new Blob([new Uint8Array(BALLAST)]), "ballast").catch(() => {});
  }
}

export async function room() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota ? 1 - usage / quota : 1;
}
