// Incidents on the map: pins or bubbles by the state of their deadlines, a heat map, and the same as a list.
import { colour, drawBuildings, openMap, viewOf } from "./base.js";

const TONES = ["overdue", "soon", "ontime", "paused", "done"];
const PATIENCE = 250;
const LISTED = 60;

const element = document.querySelector("[data-map=incidents]");
const filters = document.querySelector(`#${element.dataset.filters}`);
const list = document.querySelector("[data-map-list]");
const said = document.querySelector("[data-map-said]");
const map = openMap(element);
const clusters = L.markerClusterGroup({ iconCreateFunction: bubbleOfMarkers, showCoverageOnHover: false, animate: false, maxClusterRadius: 44 });
const cells = L.layerGroup().addTo(map);
map.addLayer(clusters);
let heat;
let houses;

const pinOf = (tone) => document.querySelector(`template[data-pin=${tone}]`);
const worst = (tones) => TONES.find((tone) => tones[tone]) ?? "done";
const words = ({ count, tones }) => element.dataset.wordsCell.replace("{n}", count).replace("{late}", tones.overdue ?? 0);

function bubble(count, tones) {
  const size = count < 10 ? 40 : count < 100 ? 48 : 58;
  return L.divIcon({ className: `ml-map-bubble ml-map-${worst(tones)}`, html: `<span>${Number(count)}</span>`, iconSize: [size, size] });
}

function bubbleOfMarkers(cluster) {
  const tones = {};
  cluster.getAllChildMarkers().forEach(({ options }) => { tones[options.tone] = (tones[options.tone] ?? 0) + 1; });
  return bubble(cluster.getChildCount(), tones);
}

function markerOf(point) {
  const icon = L.divIcon({ className: "ml-map-spot", html: pinOf(point.tone).innerHTML, iconSize: [36, 36] });
  const marker = L.marker([point.lat, point.lng], { icon, tone: point.tone, title: `${pinOf(point.tone).dataset.word} ${point.title}`, alt: point.title });
  return marker.on("click", () => location.assign(point.url));
}

function row(tone, head, tail, act) {
  const item = document.createElement("li");
  const line = document.createElement(typeof act === "string" ? "a" : "button");
  if (typeof act === "string") line.href = act;
  else { line.type = "button"; line.addEventListener("click", act); }
  const text = document.createElement("span");
  const [title, note] = [document.createElement("strong"), document.createElement("span")];
  [title.textContent, note.textContent, note.className] = [head, tail, "ml-quiet"];
  text.append(title, note);
  line.append(pinOf(tone).content.cloneNode(true), text);
  item.append(line);
  return item;
}

function zoomTo([west, south, east, north]) {
  map.fitBounds([[south, west], [north, east]], { maxZoom: 20 });
}

function count(tones) {
  document.querySelectorAll("[data-map-count]").forEach((place) => { place.textContent = tones[place.dataset.mapCount] ?? 0; });
}

function drawPoints(points) {
  clusters.addLayers(points.map(markerOf));
  list.replaceChildren(...points.slice(0, LISTED).map((point) => {
    const state = [pinOf(point.tone).dataset.word, point.state, point.due].filter(Boolean).join(" · ");
    return row(point.tone, point.title, state, point.url);
  }));
  count(points.reduce((sum, { tone }) => ({ ...sum, [tone]: (sum[tone] ?? 0) + 1 }), {}));
}

function drawCells(found) {
  found.forEach((cell) => {
    const marker = L.marker([cell.lat, cell.lng], { icon: bubble(cell.count, cell.tones), title: words(cell), alt: words(cell) });
    marker.on("click", () => zoomTo(cell.box)).addTo(cells);
  });
  const most = [...found].sort((one, other) => other.count - one.count).slice(0, LISTED);
  list.replaceChildren(...most.map((cell) => row(worst(cell.tones), words(cell), "", () => zoomTo(cell.box))));
  const sum = {};
  found.forEach(({ tones }) => TONES.forEach((tone) => { sum[tone] = (sum[tone] ?? 0) + (tones[tone] ?? 0); }));
  count(sum);
}

function draw({ points = [], cells: found = [] }) {
  clusters.clearLayers();
  cells.clearLayers();
  if (found.length) drawCells(found);
  else drawPoints(points);
  said.textContent = points.length || found.length ? "" : element.dataset.wordsNone;
}

function drawHeat(spots) {
  heat?.remove();
  const most = Math.max(1, ...spots.map(([, , weight]) => weight));
  const gradient = { 0.3: colour("--info"), 0.6: colour("--soon"), 1: colour("--overdue") };
  heat = L.heatLayer(spots, { radius: 28, blur: 20, max: most, maxZoom: 1, minOpacity: 0.25, gradient }).addTo(map);
}

async function fetched(address, more = {}) {
  const query = new URLSearchParams(filters ? new FormData(filters) : {});
  Object.entries({ ...viewOf(map), ...more }).forEach(([name, value]) => query.set(name, value));
  const answer = await fetch(`${address}?${query}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

let turn = 0;
async function refresh() {
  const mine = ++turn;
  try {
    const found = await fetched(element.dataset.points);
    if (mine !== turn) return;
    draw(found);
    if (heatButton.getAttribute("aria-pressed") === "true") drawHeat((await fetched(element.dataset.points, { heat: 1 })).heat);
    element.dataset.drawn = String(mine);
  } catch {
    if (mine === turn) said.textContent = element.dataset.wordsFailed;
  }
}

let waiting;
const soon = () => { clearTimeout(waiting); waiting = setTimeout(refresh, PATIENCE); };

const heatButton = document.querySelector("[data-map-heat]");
heatButton.addEventListener("click", () => {
  const on = heatButton.getAttribute("aria-pressed") !== "true";
  heatButton.setAttribute("aria-pressed", String(on));
  if (on) return refresh();
  heat?.remove();
});
const whole = map.getBounds();
document.querySelector("[data-map-home]").addEventListener("click", () => map.fitBounds(whole));
filters?.addEventListener("change", soon);
filters?.addEventListener("submit", (event) => { event.preventDefault(); refresh(); });
map.on("moveend", soon);

fetched(element.dataset.houses).then((found) => { houses = drawBuildings(map, found.houses); }).catch(() => houses);
refresh();
