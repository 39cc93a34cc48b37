// The border map: counties by city, borders as lines, groups as outlines with numbers.
"use strict";

(async () => {
  const element = document.getElementById("map");
  if (!element) return;
  const groups = JSON.parse(document.getElementById("map-groups").textContent);
  const words = JSON.parse(document.getElementById("map-words").textContent);
  const fills = { 5101: "#cfe3dc", 5106: "#f3ddc7", 5118: "#d9dcf0", 5114: "#f6e7b5", 5120: "#e6d4e6", 5001: "#e5e7e6" };
  const tones = ["#17594f", "#8a5a00", "#4a3f8f", "#8c2f5e", "#1f6aa5", "#5c6b12", "#a14a14", "#3a3f45"];
  const answer = await fetch(element.dataset.source, { credentials: "same-origin" });
  if (!answer.ok) {
    element.textContent = words.noData;
    return;
  }
  const data = await answer.json();
  const groupOf = {};
  groups.forEach((codes, index) => codes.forEach((code) => { groupOf[code] = index; }));
  const map = L.map(element, { attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false });
  map.zoomControl.setPosition("topright");

  const names = {};
  data.counties.features.forEach((feature) => { names[feature.properties.code] = feature.properties.name; });
  const borders = {};
  data.contacts.features.forEach(({ properties }) => {
    [[properties.a, properties.b], [properties.b, properties.a]].forEach(([from, to]) => {
      (borders[from] ||= []).push({ name: names[to], km: properties.km });
    });
  });

  const counties = L.geoJSON(data.counties, {
    style: ({ properties }) => {
      const group = groupOf[properties.code];
      const base = { fillColor: fills[properties.party] || "#eee", fillOpacity: 1, color: "#9aa8a3", weight: 0.7 };
      return group === undefined ? base : { ...base, color: tones[group % tones.length], weight: 2, fillColor: fills[properties.party] };
    },
    onEachFeature: ({ properties }, layer) => {
      layer.on("click", () => show(properties));
      layer.on("mouseover", () => layer.setStyle({ fillOpacity: 0.6 }));
      layer.on("mouseout", () => layer.setStyle({ fillOpacity: 1 }));
    },
  }).addTo(map);
  const five = counties.getLayers().filter((layer) => layer.feature.properties.party !== "5001");
  const inside = five.filter((layer) => groupOf[layer.feature.properties.code] !== undefined);
  inside.forEach((layer) => layer.bringToFront());

  L.geoJSON(data.contacts, {
    style: { color: "#a12b22", weight: 4, opacity: 0.85 },
    onEachFeature: ({ properties }, layer) => {
      layer.bindTooltip(`${properties.title} ${words.km.replace("KM", properties.km)}`, { sticky: true });
    },
  }).addTo(map);

  const labels = L.layerGroup().addTo(map);
  const drawLabels = () => {
    labels.clearLayers();
    data.counties.features.forEach(({ properties }) => {
      const group = groupOf[properties.code];
      if (group !== undefined) {
        L.marker(properties.label, { icon: L.divIcon({ className: "group-number", html: String(group + 1), iconSize: [20, 20] }), interactive: false, keyboard: false }).addTo(labels);
      }
      if (map.getZoom() >= 8.75 && properties.party !== "5001") {
        L.tooltip({ permanent: true, direction: "bottom", className: "county-label", offset: [0, group === undefined ? -8 : 8], interactive: false })
          .setLatLng(properties.label).setContent(properties.name).addTo(labels);
      }
    });
  };
  map.on("zoomend", drawLabels);
  map.fitBounds(L.featureGroup(five).getBounds(), { padding: [6, 6] });
  drawLabels();

  function show(properties) {
    const box = document.getElementById("map-detail");
    box.replaceChildren();
    const title = document.createElement("h3");
    title.textContent = properties.name;
    const list = document.createElement("ul");
    (borders[properties.code] || []).sort((x, y) => y.km - x.km).forEach((border) => {
      const item = document.createElement("li");
      item.textContent = `${border.name} ${words.km.replace("KM", border.km)}`;
      list.append(item);
    });
    if (!list.children.length) list.append(Object.assign(document.createElement("li"), { textContent: words.none }));
    const link = document.createElement("a");
    link.href = words.county.replace("CODE", properties.code);
    link.textContent = words.open;
    const note = document.createElement("p");
    const group = groupOf[properties.code];
    note.textContent = group === undefined ? "" : `${words.group} ${group + 1}`;
    box.append(title, note, list, link);
    box.scrollIntoView({ block: "nearest" });
  }
})();
