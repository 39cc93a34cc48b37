// The live map: counties by city or by group, city borders as lines, panels in place.
// Without it the page keeps the drawn map, and every link leads to the same panels.
"use strict";

const figure = document.getElementById("map-figure");
const facts = JSON.parse(document.getElementById("map-data").textContent);
const canvas = document.getElementById("map");
const shown = new Set(facts.parties);

const byCode = new Map();
const byPair = new Map();
let map = null;

function fillOf(code, party) {
  const group = facts.groupOf[code];
  if (group) return `group-${((group - 1) % 12) + 1}`;
  return facts.grouped ? "none" : `city-${party}`;
}

function lineStyle({ a, b, manual }, chosen) {
  const inside = facts.groupOf[a] && facts.groupOf[a] === facts.groupOf[b];
  if (chosen) return { color: "#8a1f17", weight: 7, opacity: 1, dashArray: null };
  if (manual) return { color: "#7a3fa0", weight: 5, opacity: 1, dashArray: "1 8" };
  if (inside) return { color: "#14463e", weight: 4.5, opacity: 0.95, dashArray: null };
  return { color: "#a12b22", weight: 3, opacity: 0.9, dashArray: facts.grouped ? "5 5" : null };
}

function areaStyle({ code, party }, chosen) {
  return {
    fillColor: `url(#fill-${fillOf(code, party)})`,
    fillOpacity: 1,
    color: chosen ? "#1d2a28" : "#8d9b96",
    weight: chosen ? 3 : 0.8,
  };
}

function fill(template, code, other) {
  return template.replace("CODE", code).replace("OTHER", other);
}

function drawCounties(collection) {
  return L.geoJSON(collection, {
    filter: ({ properties }) => shown.has(properties.party),
    style: ({ properties }) => areaStyle(properties, false),
    onEachFeature: ({ properties }, layer) => {
      byCode.set(properties.code, layer);
      layer.bindTooltip(properties.name, { sticky: true });
      layer.on("click", () => open(fill(facts.county, properties.code, "")));
    },
  }).addTo(map);
}

function drawContacts(collection) {
  return L.geoJSON(collection, {
    filter: ({ properties }) => byCode.has(properties.a) && byCode.has(properties.b),
    style: ({ properties }) => lineStyle(properties, false),
    onEachFeature: ({ properties }, layer) => {
      const { a, b } = properties;
      byPair.set(`${a}-${b}`, layer);
      layer.bindTooltip(`${properties.title} ${facts.words.km.replace("KM", properties.km)}`, { sticky: true });
      layer.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        open(fill(facts.contact, a, b));
      });
    },
  }).addTo(map);
}

// Outlines of functional zones, which are no divisions; each leads to its page.
async function drawZones() {
  const answer = await fetch(facts.zones, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  L.geoJSON(await answer.json(), {
    filter: ({ properties }) => shown.has(properties.party) && !byCode.has(properties.key),
    style: { color: "#5b2a86", weight: 2.5, dashArray: "8 4 2 4", fill: false },
    onEachFeature: ({ properties }, layer) => {
      layer.bindTooltip(properties.name, { sticky: true });
      layer.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        window.location.assign(properties.url);
      });
    },
  }).addTo(map);
}

function width(text, number, kind) {
  return (kind === "city" ? 17 : 12) * text.length + (number ? 20 : 0) + 4;
}

// As many names as have room: cities, then counties on a city border, then the larger ones.
function drawLabels(layerGroup, wanted) {
  layerGroup.clearLayers();
  const taken = [];
  wanted.forEach(({ at, text: whole, number, kind }) => {
    const point = map.latLngToContainerPoint(at);
    // Where the name has no room, a group's number alone may.
    const text = (number ? [whole, ""] : [whole]).find((words) => {
      const wide = width(words, number, kind);
      const box = [point.x - wide / 2, point.y - 10, point.x + wide / 2, point.y + 10];
      if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) return false;
      return taken.push(box);
    });
    if (text === undefined) return;
    const label = document.createElement("span");
    if (number) {
      const badge = document.createElement("b");
      badge.textContent = String(number);
      label.append(badge);
    }
    label.append(text);
    const icon = L.divIcon({ className: `map-label ${kind}-label`, html: label, iconSize: [width(text, number, kind), 20] });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(layerGroup);
  });
}

function wantedLabels(data) {
  const touching = new Set([...byPair.keys()].flatMap((pair) => pair.split("-")));
  const counties = data.counties.features
    .map(({ properties }) => properties)
    .filter((county) => shown.has(county.party))
    .map((county) => ({
      at: county.label,
      text: county.short,
      number: facts.groupOf[county.code] || 0,
      kind: "county",
      rank: county.area_km2 + (touching.has(county.code) ? 1e6 : 0),
    }))
    .sort((one, other) => other.rank - one.rank);
  const cities = facts.cities.map((city) => ({ at: city.at, text: city.name, number: 0, kind: "city" }));
  return facts.grouped ? counties : [...cities, ...counties];
}

function highlight(chosen) {
  byCode.forEach((layer, code) => layer.setStyle(areaStyle(layer.feature.properties, chosen.has(code))));
  byPair.forEach((layer, pair) => {
    const [a, b] = pair.split("-");
    layer.setStyle(lineStyle(layer.feature.properties, chosen.size > 1 && chosen.has(a) && chosen.has(b)));
  });
  chosen.forEach((code) => byCode.get(code)?.bringToFront());
  byPair.forEach((layer) => layer.bringToFront());
}

function chosenNow() {
  return new Set(JSON.parse(document.getElementById("panel").dataset.chosen));
}

// Fetch the page a link leads to and put its panel in place of the present one.
async function open(url, { remember = true } = {}) {
  const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const panel = page?.getElementById("panel");
  const other = page?.getElementById("map-data");
  const same = other && sameView(JSON.parse(other.textContent));
  if (!panel || !same) {
    window.location.assign(url);
    return;
  }
  document.getElementById("panel").replaceWith(document.adoptNode(panel));
  document.title = page.title;
  if (remember) window.history.pushState({}, "", url);
  highlight(chosenNow());
  document.getElementById("panel-title").focus({ preventScroll: true });
  document.getElementById("panel").scrollIntoView({ block: "nearest", behavior: "smooth" });
}

function sameView(other) {
  const essence = ({ groupOf, parties }) => JSON.stringify([groupOf, parties]);
  return essence(other) === essence(facts);
}

async function start() {
  const answer = await fetch(facts.source, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) {
    const note = document.createElement("p");
    note.className = "map-failed";
    note.textContent = facts.words.failed;
    figure.prepend(note);
    return;
  }
  const data = await answer.json();
  canvas.hidden = false;
  // On paper the drawn map stays: the live one has no size to fit into.
  if (!canvas.offsetWidth) return;
  figure.classList.add("map-live");
  map = L.map(canvas, {
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0.05,
    zoomDelta: 0.5,
    scrollWheelZoom: false,
    dragging: !L.Browser.mobile,
  });
  L.control.zoom({ zoomInTitle: facts.words.zoomIn, zoomOutTitle: facts.words.zoomOut }).addTo(map);
  const counties = drawCounties(data.counties);
  drawContacts(data.contacts);
  map.fitBounds(counties.getBounds(), { padding: [8, 8] });
  map.setMinZoom(map.getZoom() - 0.5);
  map.setMaxBounds(counties.getBounds().pad(0.3));
  drawZones();
  const labels = L.layerGroup().addTo(map);
  const wanted = wantedLabels(data);
  map.on("zoomend resize", () => drawLabels(labels, wanted));
  // The wheel zooms only where the person has entered the map, so pages still scroll past it.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  drawLabels(labels, wanted);
  highlight(chosenNow());
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-panel]");
  if (!link || !map || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(link.href);
});
window.addEventListener("popstate", () => open(window.location.href, { remember: false }));

start();
