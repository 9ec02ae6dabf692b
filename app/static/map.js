// The map of `/map` where scripts run: zoomed and moved. Circles and names keep their size; closer, more names have room.
"use strict";

(() => {
  const LETTER = 6.1, LINE = 12; // as in `app/site/map_drawing.py`
  const CLOSEST = 16;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function start() {
    const root = document.getElementById("map"), svg = root?.querySelector(".world");
    if (!svg || svg.classList.contains("live")) return;
    svg.classList.add("live");
    const { width, height } = svg.viewBox.baseVal;
    const ground = svg.querySelector(".ground"), hatch = svg.querySelector("#hatch");
    const places = [...svg.querySelectorAll(".place")].map((node) => {
      const [x, y] = node.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
      return { node, x, y, name: node.querySelector("text"), radius: Number(node.querySelector("circle:last-of-type").getAttribute("r")) };
    });
    let at = d3.zoomIdentity, asked = null;
    // On a small screen a unit of the map is a fraction of a pixel: circles and names are so much larger then.
    const larger = () => Math.min(Math.max(0.85 * width / svg.getBoundingClientRect().width, 1), 2.6);

    function draw() {
      asked = null;
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
      });
    const picture = d3.select(svg).call(zoom);
    svg.style.touchAction = "pan-y";
    svg.addEventListener("dragstart", (event) => event.preventDefault()); // a link that is dragged moves the map
    const tools = root.querySelector(".map-tools");
    tools.hidden = false;
    tools.addEventListener("click", ({ target }) => {
      const factor = Number(target.dataset.zoom);
      const moved = still.matches ? picture : picture.transition().duration(260);
      if (factor) moved.call(zoom.scaleBy, factor); else if (target.dataset.zoom) moved.call(zoom.transform, d3.zoomIdentity);
    });
    new ResizeObserver(() => { asked ??= requestAnimationFrame(draw); }).observe(svg);
  }

  for (const kind of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(kind, start);
  start();
})();
