// The one way to a map: Leaflet with the tiles that the hub's settings name, or a schematic ground without any.
const FIRST_ZOOM = 17;
const METRES_A_DEGREE = 111320;
const HOUSE = { east: 22, north: 6 }; // half of a house, in metres

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// `data-tiles` empty: the schematic ground. `data-west` … `data-north`: what to show first.
export function openMap(element) {
  const { tiles, attribution, west, south, east, north, zoomIn, zoomOut } = element.dataset;
  const map = L.map(element, {
    zoomControl: false, maxZoom: 20, minZoom: 8, zoomSnap: 0.5,
    fadeAnimation: false, zoomAnimation: false, markerZoomAnimation: false,
  });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  if (tiles) L.tileLayer(tiles, { attribution, maxZoom: 20, maxNativeZoom: 18 }).addTo(map);
  else element.classList.add("ml-map-schematic");
  const corners = [[Number(south), Number(west)], [Number(north), Number(east)]];
  if (west === undefined) map.setView([0, 0], FIRST_ZOOM);
  else map.fitBounds(corners, { padding: [24, 24], maxZoom: 18 });
  return map;
}

// A house as a small rectangle with its name: [{lat, lng, name}], a look of its own or the schematic one.
export function drawBuildings(map, buildings) {
  const houses = L.layerGroup();
  const east = METRES_A_DEGREE * Math.cos((buildings[0]?.lat ?? 0) * (Math.PI / 180));
  buildings.forEach(({ lat, lng, name }) => {
    const half = [HOUSE.north / METRES_A_DEGREE, HOUSE.east / east];
    const corners = [[lat - half[0], lng - half[1]], [lat + half[0], lng + half[1]]];
    const house = L.rectangle(corners, { className: "ml-map-house", interactive: false });
    house.addTo(houses).bindTooltip(name, { permanent: true, direction: "center", className: "ml-map-name" });
  });
  const near = () => map.getContainer().classList.toggle("ml-map-near", map.getZoom() >= FIRST_ZOOM);
  map.on("zoomend", near);
  near();
  return houses.addTo(map);
}

// What lies in view, as the data addresses ask for it.
export function viewOf(map) {
  const seen = map.getBounds();
  const limits = { west: seen.getWest(), south: seen.getSouth(), east: seen.getEast(), north: seen.getNorth() };
  return Object.fromEntries(Object.entries(limits).map(([name, value]) => [name, value.toFixed(6)]));
}
