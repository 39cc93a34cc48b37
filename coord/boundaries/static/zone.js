// Draws a zone's ground: a click adds a corner, a corner is dragged, the text below is the truth.
"use strict";

const facts = JSON.parse(document.getElementById("zone-data").textContent);
const field = document.getElementById("vertices");
const canvas = document.getElementById("zone-map");
const count = document.getElementById("zone-count");
const parents = new Set(facts.parents);
//: Pixels within which a click is taken to mean the border.
const REACH = 10;
let map = null;
let layer = null;
let borders = [];

// Corners as typed, [longitude, latitude]; what cannot be read is left to the server to name.
function corners() {
  return field.value
    .split("\n")
    .map((line) => line.trim().split(/[\s,,;;]+/).filter(Boolean).map(Number))
    .filter((pair) => pair.length === 2 && pair.every(Number.isFinite));
}

function isWhole() {
  return field.value.trim().startsWith("{");
}

function write(pairs) {
  field.value = pairs.map(([lon, lat]) => `${lon.toFixed(6)},${lat.toFixed(6)}`).join("\n");
  document.getElementById("datum").value = "cgcs2000";
  show();
}

function show() {
  layer.clearLayers();
  const style = { color: "#5b2a86", weight: 3, dashArray: "8 5", fillOpacity: 0.14 };
  if (isWhole()) {
    try {
      L.geoJSON(JSON.parse(field.value), { style }).addTo(layer);
    } catch {
      // Half typed; the server says what is wrong with it.
    }
    count.textContent = facts.words.whole;
    return;
  }
  const pairs = corners();
  const places = pairs.map(([lon, lat]) => [lat, lon]);
  if (places.length > 1) L.polygon(places, { ...style, interactive: false }).addTo(layer);
  if (places.length <= 400) places.forEach((place, at) => corner(place, at));
  count.textContent = facts.words.count.replace("N", pairs.length);
}

function corner(place, at) {
  const icon = L.divIcon({ className: "zone-corner", iconSize: [14, 14] });
  const marker = L.marker(place, { icon, draggable: true, keyboard: false, autoPan: true });
  marker.on("dragend", () => {
    const pairs = corners();
    pairs[at] = snapped(marker.getLatLng());
    write(pairs);
  });
  marker.addTo(layer);
}

// The nearest place on a parent's border within reach of the pointer, a corner of it preferred.
function snapped(latlng) {
  const own = [latlng.lng, latlng.lat];
  if (!document.getElementById("zone-snap").checked) return own;
  const point = map.latLngToLayerPoint(latlng);
  let best = null;
  const offer = (spot, bonus) => {
    const away = point.distanceTo(spot);
    if (away <= REACH && (!best || away - bonus < best.away)) best = { away: away - bonus, spot };
  };
  borders.forEach((ring) => {
    ring.forEach((place, at) => {
      const here = map.latLngToLayerPoint(place);
      offer(here, 4);
      if (at) offer(L.LineUtil.closestPointOnSegment(point, map.latLngToLayerPoint(ring[at - 1]), here), 0);
    });
  });
  if (!best) return own;
  const found = map.layerPointToLatLng(best.spot);
  return [found.lng, found.lat];
}

function ringsOf(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flat().map((ring) => ring.map(([lon, lat]) => L.latLng(lat, lon)));
}

function drawCounties(collection) {
  const own = L.featureGroup();
  L.geoJSON(collection, {
    interactive: false,
    style: ({ properties }) => ({
      color: "#5a6a66",
      weight: parents.has(properties.code) ? 2 : 0.8,
      fillColor: parents.has(properties.code) ? "#b9dccf" : "#fbfcfb",
      fillOpacity: 1,
    }),
    onEachFeature: (feature, area) => {
      if (!parents.has(feature.properties.code)) return;
      own.addLayer(area);
      borders = borders.concat(ringsOf(feature.geometry));
    },
  }).addTo(map);
  return own.getBounds();
}

async function start() {
  const answer = await fetch(facts.source, { credentials: "same-origin" }).catch(() => null);
  document.getElementById("zone-tools").hidden = false;
  if (!answer?.ok) {
    count.textContent = facts.words.failed;
    return;
  }
  canvas.hidden = false;
  map = L.map(canvas, { attributionControl: false, zoomControl: false, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: facts.words.zoomIn, zoomOutTitle: facts.words.zoomOut }).addTo(map);
  const bounds = drawCounties((await answer.json()).counties);
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [16, 16] });
  layer = L.layerGroup().addTo(map);
  map.on("click", ({ latlng }) => {
    if (!isWhole()) write([...corners(), snapped(latlng)]);
  });
  field.addEventListener("input", show);
  document.getElementById("zone-undo").addEventListener("click", () => {
    if (!isWhole()) write(corners().slice(0, -1));
  });
  document.getElementById("zone-clear").addEventListener("click", () => write([]));
  show();
}

start();
