// ECharts in the colours of the theme; a table with the same numbers stands beside each chart.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const px = (rem) => rem * parseFloat(getComputedStyle(document.documentElement).fontSize);

let library;
function load() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../vendor/echarts.min.js", import.meta.url);
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

// A calm first colour, the accent second; a series may ask for a state instead: tone "ontime", "soon", "overdue", "quiet", "accent".
const ORDER = ["--chart-1", "--chart-accent", "--chart-3", "--chart-4", "--chart-5"];
const TONES = { ontime: "--ontime", soon: "--soon", overdue: "--overdue", quiet: "--chart-5", accent: "--chart-accent" };

function colours(data) {
  return data.series.map(({ tone }, place) => css(TONES[tone] ?? ORDER[place % ORDER.length]));
}

function series(kind, data) {
  const single = data.series.length === 1;
  const few = data.labels.length <= 12;
  const font = { color: css("--ink"), fontSize: px(0.8) };
  return data.series.map(({ name, values }) =>
    kind === "line"
      ? { type: "line", name, data: values, lineStyle: { width: 2.5 }, symbol: "circle", symbolSize: 6, showSymbol: few,
          endLabel: { show: true, formatter: single ? "{c}" : "{a}", ...font }, labelLayout: { moveOverlap: "shiftY" }, areaStyle: single ? { opacity: 0.06 } : undefined }
      : { type: "bar", name, data: values, barMaxWidth: 28, stack: kind === "stacked" ? "all" : undefined,
          itemStyle: { borderRadius: kind === "hbar" ? [0, 4, 4, 0] : kind === "stacked" ? 0 : [4, 4, 0, 0] },
          label: { show: single && few, position: kind === "hbar" ? "right" : "top", ...font } });
}

function option(kind, data) {
  const text = { color: css("--quiet"), fontFamily: css("--font"), fontSize: px(0.8) };
  const names = { type: "category", data: data.labels, boundaryGap: kind !== "line", inverse: kind === "hbar",
    axisLine: { lineStyle: { color: css("--edge") } }, axisTick: { show: false }, axisLabel: { ...text, hideOverlap: true } };
  const values = { type: "value", minInterval: 1, splitNumber: 4, ...(data.unit === "%" && { min: 0, max: 100, interval: 25 }), axisLabel: text, splitLine: { lineStyle: { color: css("--line") } } };
  const many = data.series.length > 1;
  return {
    animation: false,
    color: colours(data),
    textStyle: text,
    // drawn on the canvas: an HTML tooltip would need inline styles, which the content policy refuses
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: css("--ink"), borderWidth: 0, textStyle: { color: css("--on-ink"), fontSize: px(0.85) } },
    legend: many && kind !== "line" ? { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: text } : undefined,
    grid: { left: 4, right: kind === "line" ? (many ? px(5) : px(2.5)) : kind === "hbar" ? px(2.5) : 8, top: many && kind !== "line" ? px(2.4) : px(1.4), bottom: 4, containLabel: true },
    xAxis: kind === "hbar" ? values : names,
    yAxis: kind === "hbar" ? names : values,
    series: series(kind, data),
  };
}

// Without the library (no network, an old browser) the numbers are still there.
function showTable(card) {
  card.querySelector("[data-chart-table]").hidden = false;
  card.querySelector("[data-chart-canvas]").hidden = true;
  card.querySelector("[data-chart-toggle]").hidden = true;
}

// The table answers at once, also while the library is still on its way.
function watchToggle(card) {
  const button = card.querySelector("[data-chart-toggle]");
  button.addEventListener("click", () => {
    const table = card.querySelector("[data-chart-table]");
    table.hidden = !table.hidden;
    card.querySelector("[data-chart-canvas]").hidden = !table.hidden;
    button.setAttribute("aria-expanded", String(!table.hidden));
    button.querySelector("span").textContent = document.body.dataset[table.hidden ? "wordsTable" : "wordsChart"];
  });
}

async function drawOne(card) {
  watchToggle(card);
  const echarts = await load();
  const canvas = card.querySelector("[data-chart-canvas]");
  const data = JSON.parse(document.getElementById(card.dataset.source).textContent);
  const chart = echarts.getInstanceByDom(canvas) ?? echarts.init(canvas);
  const paint = () => chart.setOption(option(card.dataset.chart, data), true);
  paint();
  new ResizeObserver(() => chart.resize()).observe(canvas);
  new MutationObserver(paint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-elder"] });
}

export async function draw(root) {
  const cards = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
  if (root.matches?.("[data-chart]:not([data-drawn])")) cards.push(root);
  cards.forEach((card) => (card.dataset.drawn = "yes"));
  await Promise.all(cards.map((card) => drawOne(card).catch(() => showTable(card))));
}
