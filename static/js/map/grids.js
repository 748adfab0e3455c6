// Grids on the map: each an area around its houses. Works without any tiles and without a network.
import { drawBuildings, openMap } from "./base.js";

const MARGIN = 0.00028; // degrees around the outermost houses, some thirty metres

const cross = (o, a, b) => (a[1] - o[1]) * (b[0] - o[0]) - (a[0] - o[0]) * (b[1] - o[1]);

function half(points) {
  const hull = [];
  for (const point of points) {
    while (hull.length > 1 && cross(hull.at(-2), hull.at(-1), point) <= 0) hull.pop();
    hull.push(point);
  }
  return hull.slice(0, -1);
}

// The convex hull of every house with some ground around it (Andrew's monotone chain).
function around(houses) {
  const corners = houses.flatMap(({ lat, lng }) =>
    [[-1, -1], [-1, 1], [1, -1], [1, 1]].map(([north, east]) => [lat + north * MARGIN, lng + east * MARGIN * 1.3]));
  corners.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  return [...half(corners), ...half([...corners].reverse())];
}

const element = document.getElementById("map");
const grids = JSON.parse(document.getElementById("shapes").textContent);
const map = openMap(element);
grids.forEach((grid) => {
  const look = grid.special ? "ml-atlas-area ml-atlas-area-special" : "ml-atlas-area";
  grid.areas.forEach((houses, nth) => {
    const area = L.polygon(around(houses), { className: look });
    // The name stands in the largest area alone; the others say it when pointed at.
    area.bindTooltip(grid.name, { permanent: nth === 0, direction: "center", className: "ml-atlas-name" });
    area.on("click", () => location.assign(grid.href));
    area.addTo(map);
  });
});
drawBuildings(map, grids.flatMap((grid) => grid.areas.flat()));
