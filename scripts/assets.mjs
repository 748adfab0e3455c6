// Copies what pages load from node_modules into static/vendor and draws the icon sprite. Run by `npm run build`.
// Vendor files keep no source map comment: the manifest storage would look for a file that is not shipped.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = process.env.NODE_MODULES ?? join(root, "node_modules");
const vendor = join(root, "static", "vendor");
const FILES = {
  "echarts.min.js": "echarts/dist/echarts.min.js",
  "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
  "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
  "leaflet/markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
  "leaflet/markercluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
  "leaflet/heat.js": "leaflet.heat/dist/leaflet-heat.js",
  "idb.js": "idb/build/index.js",
  "jsqr.js": "jsqr/dist/jsQR.js",
};

function source(path) {
  const file = join(modules, path);
  if (!existsSync(file)) {
    console.error(`assets: ${path} is not installed; run npm ci first`);
    process.exit(1);
  }
  return file;
}

function text(path) {
  return readFileSync(source(path), "utf8").replace(/\n?\/[/*][#@] sourceMappingURL=.*?(\*\/)?\s*$/, "\n");
}

function write(name, content) {
  const target = join(vendor, name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

// Tabler goes into a cascade layer: every rule of our own wins without a contest of selectors.
function tabler() {
  const css = text("@tabler/core/dist/css/tabler.min.css").replace(/^@charset "UTF-8";/, "");
  return `@charset "UTF-8";\n@layer tabler {\n${css}\n}\n`;
}

function symbol(name) {
  const filled = name.endsWith("-filled");
  const file = filled ? `filled/${name.slice(0, -"-filled".length)}.svg` : `outline/${name}.svg`;
  const svg = readFileSync(source(`@tabler/icons/icons/${file}`), "utf8");
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  const shapes = inner.replace(/<!--[\s\S]*?-->/g, "").replace(/<path stroke="none"[^>]*fill="none"\s*\/>/g, "");
  const ink = filled ? 'fill="currentColor" stroke="none"' : 'fill="none" stroke="currentColor" stroke-width="1.75"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${ink} stroke-linecap="round" stroke-linejoin="round">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}

function sprite() {
  const lines = readFileSync(join(root, "static", "icons.txt"), "utf8").split("\n");
  const names = lines.map((line) => line.split("#")[0].trim()).filter(Boolean);
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${names.map(symbol).join("\n")}\n</svg>\n`;
}

rmSync(vendor, { recursive: true, force: true });
for (const [name, path] of Object.entries(FILES)) write(name, text(path));
write("tabler.css", tabler());
write("icons.svg", sprite());
cpSync(source("@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf"), join(vendor, "fonts", "regular.ttf"));
cpSync(source("@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf"), join(vendor, "fonts", "bold.ttf"));
cpSync(source("leaflet/dist/images"), join(vendor, "leaflet", "images"), { recursive: true });
console.log("assets: static/vendor is ready");
