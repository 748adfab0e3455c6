// The patrol as an app. Everything shown comes out of the phone; the network only brings and takes.
import { show as showBar } from "../offline.js";
import { showToast } from "../toast.js";
import { Editor } from "./editor.js";
import { NeedsLogin, NoNetwork, OtherUser } from "./hub.js";
import { patrolsNow, unsent, waiting } from "./items.js";
import { renew, send } from "./queue.js";
import { Matters, Records } from "./records.js";
import { scan } from "./scan.js";
import { isFull, openStore, room } from "./store.js";
import { Walks } from "./walks.js";
import { say, unwarn, warn } from "./words.js";

const AGAIN = 30_000;
const ROOM = 0.1;

const root = document.querySelector("[data-walk]");
const addresses = { pack: root.dataset.pack, sync: root.dataset.sync };
const form = root.querySelector("[data-editor]");
let store, editor, walks, records, matters, pack, items = [], reached = true, delivering = false, again = false;

const building = (id) => pack?.buildings.find((one) => String(one.id) === String(id))?.name ?? "";
const category = (id) => form.querySelector(`input[name=category][value="${CSS.escape(id ?? "")}"]`)?.closest("label").textContent.trim() ?? "";

async function draw() {
  items = await store.items();
  const patrols = patrolsNow(pack, items);
  walks.draw(patrols);
  const current = patrols.find(({ id }) => id === editor.item?.patrol) ?? patrols.filter(({ status }) => status === "started").at(-1);
  form.hidden = !current;
  if (current) editor.offer(current, pack.buildings);
  records.draw(items, editor.item?.key);
  matters.draw(pack?.matters ?? [], items);
  showBar(waiting(items).length, reached);
}

async function note(item) {
  try {
    await store.save(item);
  } catch (error) {
    if (!isFull(error)) throw error;
    return warn("text_full");
  }
  await draw();
  return deliver();
}

// Bring home what waits; what is noted meanwhile goes with the next round.
async function deliver() {
  again = true;
  if (delivering) return;
  delivering = true;
  while (again) {
    again = false;
    await round();
  }
  delivering = false;
}

// Without network everything stays where it is, and the browser is asked to wake the worker later.
async function round() {
  try {
    const before = waiting(await store.items());
    await (before.length ? send(store, addresses) : renew(store, addresses));
    const taken = new Set((await store.items()).filter(({ state }) => state === "done").map(({ key }) => key));
    const worth = before.filter(({ key, kind }) => kind !== "start" && kind !== "tick" && taken.has(key)).length;
    reached = true;
    unwarn("login");
    pack = (await store.pack()) ?? pack;
    if (worth) showToast(say("sent", { n: worth }), "success");
  } catch (error) {
    told(error);
  }
  await draw();
}

function told(error) {
  if (error instanceof NeedsLogin) warn("login", {}, root.dataset.login);
  else if (error instanceof OtherUser) warn("other_user");
  else if (error instanceof NoNetwork) {
    reached = false;
    navigator.serviceWorker?.ready.then((ready) => ready.sync?.register("patrol")).catch(() => {});
  } else throw error;
}

// Another page, or the worker behind it, has reached the hub.
async function refresh() {
  reached = true;
  pack = (await store.pack()) ?? pack;
  await draw();
}

async function edit(item) {
  await editor.show(item);
  await draw();
  form.hidden = false;
  form.scrollIntoView();
}

async function save(item) {
  await store.save(item);
  await draw();
  return deliver();
}

async function drop(item) {
  await store.remove(item.key);
  await draw();
}

async function bare(item) {
  await store.dropPhotos(item.key);
  return save({ ...item, photos: 0, state: "queued", errors: {} });
}

async function openScanner() {
  const scanned = scan(document.getElementById("scanner"), (text) => walks.code(text));
  const words = await scanned.catch(() => say("no_camera"));
  if (words) showToast(words, "info");
}

// What a camera app or a page without network led here with.
function arrived() {
  const asked = decodeURIComponent(location.hash.slice(1));
  const code = asked.match(/^point=(\w+)$/)?.[1] ?? asked.match(/\/point\/(\w+)\/$/)?.[1];
  if (asked === "kept") showToast(say("kept"), "success");
  if (code) showToast(walks.code(code).words, "info");
  if (asked) history.replaceState(null, "", location.pathname);
}

async function watchRoom() {
  await navigator.storage?.persist?.().catch(() => false);
  await store.loadBallast();
  if ((await room()) < ROOM) warn("nearly_full");
}

async function begin() {
  store = await openStore(document.body.dataset.user);
  const most = Number(root.dataset.most);
  editor = new Editor(form, store, { most, changed: (sent) => (sent ? draw().then(deliver) : draw()) });
  walks = new Walks(root.querySelector("[data-walks]"), { note, scan: openScanner });
  records = new Records(root.querySelector("[data-records]"), {
    edit, save, drop, bare, building, category, address: (number) => root.dataset.case.replace("NUMBER", number),
  });
  matters = new Matters(root.querySelector("[data-matters]"), { note });
  pack = await store.pack();
  const drafts = (await store.items()).filter(({ kind, state }) => kind === "finding" && state === "draft");
  if (drafts.length) await editor.show(drafts.sort((a, b) => b.at.localeCompare(a.at))[0]);
  await draw();
  root.dataset.drawn = "yes";
  new BroadcastChannel("mulin-patrol").addEventListener("message", refresh);
  window.addEventListener("online", deliver);
  document.addEventListener("visibilitychange", () => document.hidden || deliver());
  setInterval(() => unsent(items).length && deliver(), AGAIN);
  await deliver();
  arrived();
  await watchRoom();
}

function ready() {
  root.querySelector("[data-ready]").hidden = false;
}

document.documentElement.dataset.app === "ready" ? ready() : document.addEventListener("app:ready", ready);
begin().catch((error) => {
  warn("no_storage");
  throw error;
});
