// The map of `/map` where scripts run: zoomed and moved. Circles and names keep their size; closer, more names have room.
"use strict";

(() => {
  const LETTER = 6.1, LINE = 12; // as in `app/site/map_drawing.py`
  const CLOSEST = 16; // as in `app/site/map_view.py`
  const SETTLED = 160; // milliseconds after the last movement
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  let drawn = null; // the element that is zoomed

  function start() {
    const root = document.getElementById("map"), svg = root?.querySelector(".world");
    if (!svg || svg === drawn) return;
    drawn = svg;
    svg.classList.add("live");
    const { width, height } = svg.viewBox.baseVal;
    const [zoomed, left, top] = svg.dataset.view.split(" ").map(Number);
    const moves = root.querySelectorAll("[data-move]");
    const ground = svg.querySelector(".ground"), hatch = svg.querySelector("#hatch");
    const places = [...svg.querySelectorAll(".place")].map((node) => {
      const [x, y] = node.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
      return { node, x: (x - left) / zoomed, y: (y - top) / zoomed, name: node.querySelector("text"), radius: Number(node.querySelector("circle:last-of-type").getAttribute("r")) };
    });
    let at = d3.zoomIdentity.translate(left, top).scale(zoomed), asked = null;
    // On a small screen a unit of the map is a fraction of a pixel: circles and names are so much larger then.
    const larger = () => Math.min(Math.max(0.85 * width / svg.getBoundingClientRect().width, 1), 2.6);

    function draw() {
      asked = null;
      for (const move of moves) move.hidden = at.k <= 1.001;
      svg.dataset.view = `${at.k} ${at.x} ${at.y}`; // of which a copy that is put back begins
      const size = larger(), taken = [];
      ground.setAttribute("transform", at);
      hatch.setAttribute("patternTransform", `rotate(45) scale(${10 * size / at.k})`);
      for (const place of places) {
        [place.px, place.py] = at.apply([place.x, place.y]);
        place.node.setAttribute("transform", `translate(${place.px} ${place.py}) scale(${size})`);
        const reach = place.radius * size;
        if (place.radius > 4) taken.push([place.px - reach, place.py - reach, place.px + reach, place.py + reach, place]);
      }
      for (const place of places) {
        if (!place.name) continue;
        const near = (place.radius + 2) * size, far = near + (2 + LETTER * place.name.textContent.length) * size, half = LINE / 2 * size;
        const box = [[near, far, false], [-far, -near, true]]
          .map(([left, right, leftwards]) => [place.px + left, place.py - half, place.px + right, place.py + half, place, leftwards])
          .find((box) => box[0] > 0 && box[2] < width && box[1] > 0 && box[3] < height && !taken.some((other) => other[4] !== place && meet(box, other)));
        place.name.classList.toggle("far", !box);
        place.name.classList.toggle("left", Boolean(box?.[5]));
        place.name.setAttribute("x", (place.radius + 2.5) * (box?.[5] ? -1 : 1));
        if (box) taken.push(box);
      }
    }
    const meet = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

    const zoom = d3.zoom().extent([[0, 0], [width, height]]).translateExtent([[0, 0], [width, height]]).scaleExtent([1, CLOSEST])
      .on("zoom", ({ transform }) => {
        at = transform;
        svg.style.touchAction = at.k > 1 ? "none" : "pan-y";
        asked ??= requestAnimationFrame(draw);
      })
      .on("end", () => { clearTimeout(settled); settled = setTimeout(keep, SETTLED); });
    let settled = 0;

    // What is seen goes into the address, the form and the links to other days, as `View.told` of `app/site/map_view.py` has it.
    function keep() {
      if (!svg.isConnected) return;
      const [east, north] = degreesAt((width / 2 - at.x) / at.k, (height / 2 - at.y) / at.k);
      const told = at.k > 1.001 ? { at: `${north.toFixed(2)},${east.toFixed(2)}`, zoom: String(Number(at.k.toPrecision(4))) } : { at: "", zoom: "" };
      const changed = (search) => {
        const asked = new URLSearchParams(search);
        for (const [name, value] of Object.entries(told)) if (value) asked.set(name, value); else asked.delete(name);
        return String(asked).replaceAll("%2C", ",").replaceAll("%3A", ":");
      };
      history.replaceState(history.state, "", `${location.pathname}${changed(location.search) && "?"}${changed(location.search)}`);
      for (const link of root.querySelectorAll(".turn a")) link.search = changed(link.search);
      const form = document.querySelector("form.filters");
      if (form) for (const [name, value] of Object.entries(told)) form.elements[name].value = value;
    }

    const picture = d3.select(svg).call(zoom).call(zoom.transform, at);
    clearTimeout(settled); // the address has it already
    svg.addEventListener("dragstart", (event) => event.preventDefault()); // a link that is dragged moves the map
    const tools = root.querySelector(".map-tools");
    tools.addEventListener("click", (event) => {
      const target = event.target.closest("[data-zoom], [data-move]");
      if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const moved = still.matches ? picture : picture.transition().duration(260);
      const [right, down] = target.dataset.move?.split(" ") ?? [], factor = Number(target.dataset.zoom);
      if (right) moved.call(zoom.translateBy, -right * width / at.k, -down * height / at.k);
      else if (factor) moved.call(zoom.scaleBy, factor);
      else moved.call(zoom.transform, d3.zoomIdentity);
    });
    new ResizeObserver(() => { asked ??= requestAnimationFrame(draw); }).observe(svg);
  }

  // As `degrees_at` of `app/site/projection.py`, but degrees east first. The map is 360 degrees wide at its equator, 11 of them east of its middle.
  function degreesAt(x, y) {
    const [edge] = d3.geoEqualEarthRaw(Math.PI, 0), scale = 500 / edge, [, top] = d3.geoEqualEarthRaw(0, 83.8 * Math.PI / 180);
    const [east, north] = d3.geoEqualEarthRaw.invert((x - 500) / scale, top - y / scale).map((angle) => angle * 180 / Math.PI);
    const held = (value, least, most) => Math.min(Math.max(value, least), most);
    return [(held(east, -180, 179.999999) + 11 + 540) % 360 - 180, Number.isNaN(north) ? 90 * Math.sign(top - y / scale) : north];
  }

  for (const kind of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(kind, start);
  start();
})();
