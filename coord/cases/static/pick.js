// Point at the map or type: county, border, neighbour and group appear at once.
"use strict";

(async () => {
  const element = document.getElementById("pick-map");
  if (!element) return;
  const lon = document.getElementById("lon");
  const lat = document.getElementById("lat");
  const datum = document.getElementById("datum");
  const to = document.getElementById("to_code");
  const box = document.getElementById("located");
  const button = document.getElementById("locate-button");
  let marker = null;
  let map = null;

  const fill = (answer) => {
    box.hidden = false;
    for (const slot of ["error", "county", "possible", "accuracy", "border", "neighbour"]) {
      box.querySelector(`[data-slot=${slot}]`).textContent = answer[slot] || "";
    }
    if (!answer.possible) box.querySelector("[data-slot=possible]").textContent = "—";
    box.querySelector("[data-slot=groups]").textContent = (answer.groups || []).join("、") || "—";
    box.querySelector("dl").hidden = Boolean(answer.error);
    if (answer.to_code) to.value = answer.to_code;
    if (map && answer.lon) {
      if (marker) marker.remove();
      marker = L.circleMarker([answer.lat, answer.lon], { radius: 8, color: "#a12b22", weight: 3, fillOpacity: 0.3 }).addTo(map);
      if (!map.getBounds().contains([answer.lat, answer.lon])) map.setView([answer.lat, answer.lon], 10);
    }
  };
  let asked = 0;
  const ask = async () => {
    if (!lon.value.trim() || !lat.value.trim()) return;
    const mine = (asked += 1);
    const query = new URLSearchParams({ lon: lon.value, lat: lat.value, datum: datum.value });
    const answer = await fetch(`${element.dataset.locate}?${query}`, { credentials: "same-origin" });
    if (!answer.ok && answer.status !== 422) return;
    const place = await answer.json();
    if (mine === asked) fill(place);
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  [lon, lat, datum].forEach((input) => input.addEventListener("change", ask));

  const answer = await fetch(element.dataset.source, { credentials: "same-origin" });
  if (!answer.ok) return;
  const data = await answer.json();
  map = L.map(element, { attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false });
  const counties = L.geoJSON(data.counties, { style: { color: "#8d9a95", weight: 0.8, fillColor: "#e8efec", fillOpacity: 1 } }).addTo(map);
  counties.eachLayer((layer) => layer.bindTooltip(layer.feature.properties.name, { sticky: true }));
  L.geoJSON(data.contacts, { style: { color: "#a12b22", weight: 3 }, interactive: false }).addTo(map);
  const five = counties.getLayers().filter((layer) => layer.feature.properties.party !== "5001");
  map.fitBounds(L.featureGroup(five).getBounds());
  map.on("click", ({ latlng }) => {
    lon.value = latlng.lng.toFixed(6);
    lat.value = latlng.lat.toFixed(6);
    datum.value = "cgcs2000";
    ask();
  });
  if (lon.value && lat.value) ask();
})();
