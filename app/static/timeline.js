// The picture of `/timeline` where scripts run: what the server drew, drawn again on a canvas, to be zoomed, moved and read by keys.
// How lanes are chosen and events stacked is told in `app/site/timeline_drawing.py`; both do the same.
"use strict";

(() => {
  const DAY = 86_400_000;
  const [MOST_LANES, AXIS, LOWEST, HIGHEST, TOGETHER, WRITTEN, LABEL, BELOW] = [8, 30, 60, 190, 900, 1150, 24, 16];
  const [SLOT, SOFT, TITLE] = [9.5, 5, 17]; // pixels of a point, of a window, of a point with its title
  const ROWS = [10, 8, 6.5, 5, 4, 3, 2.25, 1.7, 1.25, 0.9, 0.6, 0.4, 0.2]; // heights of a row: in steps, so that it seldom changes while moving
  const CLOSEST = 5; // days
  const MOST_TITLES = 120; // in a lane: more would not fit anyway, and need not be measured
  const SETTLED = 160; // milliseconds after the last movement
  const MANY = 600; // points: where more are moving, they are put down pixel by pixel
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const STATUSES = ["held", "planned", "postponed", "cancelled", "unreported"];
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const known = new Map(); // days that were read: many events share one
  function dayOf(text) {
    let day = known.get(text);
    if (day === undefined) known.set(text, day = Date.parse(`${text}T00:00:00Z`) / DAY);
    return day;
  }
  const dateOf = (day) => new Date(day * DAY);
  const isoOf = (day) => dateOf(day).toISOString().slice(0, 10);
  const monthOf = (day) => { const at = dateOf(day); return at.getUTCFullYear() * 12 + at.getUTCMonth(); };
  const startOfMonth = (month) => Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY;

  // Words ----------------------------------------------------------------------------------------------------------------

  function yearWords(day, year) {
    const own = dateOf(day).getUTCFullYear();
    return own === year ? "" : ` ${own}`;
  }
  function dayWords(day, year, weekday = true) {
    const at = dateOf(day);
    return `${weekday ? WEEKDAYS[at.getUTCDay()] + " " : ""}${at.getUTCDate()} ${MONTHS[at.getUTCMonth()].slice(0, 3)}${yearWords(day, year)}`;
  }
  // As `date_words` of `app/site/event_line.py`.
  function whenWords(event, year) {
    const [first, last] = [event.from, event.to - 1];
    if (event.precision === "week") return `week of ${dayWords(first, year, false)}`;
    if (event.precision === "year") return String(dateOf(first).getUTCFullYear());
    const unit = event.exact ? dayWords : (day) => MONTHS[dateOf(day).getUTCMonth()] + yearWords(day, year);
    if (event.exact ? first === last : monthOf(first) === monthOf(last)) return unit(first, year);
    const sameYear = dateOf(first).getUTCFullYear() === dateOf(last).getUTCFullYear();
    if (event.exact && monthOf(first) === monthOf(last)) return `${WEEKDAYS[dateOf(first).getUTCDay()]} ${dateOf(first).getUTCDate()} – ${unit(last, year)}`;
    return `${sameYear ? unit(first, year).replace(/ \d{4}$/, "") : unit(first, year)} – ${unit(last, year)}`;
  }
  // As `Stretch.words` of `app/site/stretch.py`.
  function stretchWords(first, last) {
    const [a, b] = [dateOf(first), dateOf(last)];
    const short = (at) => `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()].slice(0, 3)}`;
    const end = `${short(b)} ${b.getUTCFullYear()}`;
    if (first === last) return end;
    if (monthOf(first) === monthOf(last)) return `${a.getUTCDate()} – ${end}`;
    return `${short(a)}${a.getUTCFullYear() === b.getUTCFullYear() ? "" : ` ${a.getUTCFullYear()}`} – ${end}`;
  }

  // Stacking -------------------------------------------------------------------------------------------------------------

  // For each event the lowest row in which nothing is in its way; `scale` is pixels to a day, `wide` says whether titles stand beside.
  function stacked(events, scale, wide) {
    const ends = [], rows = new Uint16Array(events.length);
    for (let i = 0; i < events.length; i++) {
      const event = events[i];
      let left = event.from * scale, right = event.to * scale;
      if (event.exact && event.to - event.from === 1) { left = (left + right - SLOT) / 2; right = left + SLOT; }
      else if (event.exact) right = Math.max(right, left + SLOT);
      if (wide) right = (event.to - event.from === 1 ? right : left + Math.max(right - left, SLOT)) + event.width + 14;
      let row = 0;
      while (row < ends.length && ends[row] > left + 0.01) row++;
      ends[row] = right;
      rows[i] = row;
    }
    return rows;
  }

  const most = (places, rows) => places.reduce((highest, i) => Math.max(highest, rows[i] + 1), 1);

  // The days with a line: [day, words, lesser]. As `ticks` of `app/site/timeline_drawing.py`.
  function ticks(from, to, width) {
    const scale = width / (to - from), found = [];
    const short = (day) => `${dateOf(day).getUTCDate()} ${MONTHS[dateOf(day).getUTCMonth()].slice(0, 3)}`;
    if (scale >= 48) {
      for (let day = Math.ceil(from); day < to; day++) found.push([day, `${WEEKDAYS[dateOf(day).getUTCDay()]} ${short(day)}`, false]);
      return scale >= 72 ? found : found.map(([day, words, minor]) => [day, words.slice(4), minor]);
    }
    if (scale * 7 >= 52) {
      for (let day = Math.ceil((from - 4) / 7) * 7 + 4; day < to; day += 7) found.push([day, short(day), false]); // 5 January 1970 was a Monday
      return found;
    }
    const step = [1, 3, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000].find((months) => scale * 30.44 * months >= 34) ?? 12000;
    for (let month = Math.ceil(monthOf(Math.ceil(from)) / step) * step; startOfMonth(month) < to; month += step) {
      const day = startOfMonth(month);
      if (day >= from) found.push([day, month % 12 ? MONTHS[month % 12].slice(0, 3) : String(month / 12), month % 12 !== 0]);
    }
    return found;
  }

  // The picture ----------------------------------------------------------------------------------------------------------

  class Picture {
    constructor(root) {
      this.root = root;
      this.stage = root.querySelector(".stage");
      this.told = root.dataset;
      this.by = this.told.lanes;
      this.today = dayOf(this.told.today);
      this.year = dateOf(this.today).getUTCFullYear();
      this.from = dayOf(this.told.first);
      this.to = dayOf(this.told.last) + 1;
      this.list = document.querySelector(".listed");
      this.daysListed = `${this.told.first} ${this.told.last}`;
      this.current = null;
      this.lanes = [];
      this.moved = false;
      this.moving = false; // while it does, points may be coarse and `hits` are those of the current event
      this.load().catch(() => {}); // the server's picture stays
    }

    // Data

    // All events of the filters; where they are too many, those about the days that are shown.
    async load(around) {
      const address = new URL(this.told.source, location.href);
      if (around) { address.searchParams.set("from", isoOf(around[0])); address.searchParams.set("to", isoOf(around[1] - 1)); }
      const answer = await fetch(address);
      if (!answer.ok) return;
      const text = await answer.text();
      performance.mark("timeline-arrived");
      const data = JSON.parse(text);
      if (data.more && !around) { this.partial = true; return this.load(this.around()); }
      this.loaded = around ?? null;
      this.take(data);
      if (!this.events.length && !this.canvas) return;
      if (this.canvas) this.settle(); else this.begin();
      this.draw();
      performance.mark("timeline-drawn");
      performance.measure("timeline", "timeline-arrived", "timeline-drawn");
      this.root.dataset.drawn = data.events.length;
    }

    around() {
      const more = Math.max(this.to - this.from, 60);
      return [Math.floor(this.from - more), Math.ceil(this.to + more)];
    }

    take(data) {
      this.names = { country: new Map(Object.entries(data.countries)), actor: new Map(data.actors),
        type: { get: (key) => `${key[0].toUpperCase()}${key.slice(1)}s` } };
      const ids = data.actors.map(([id]) => id);
      this.events = data.events.map(([id, first, last, precision, type, status, title, countries, actors], order) => ({
        id, order, precision, status, title, from: dayOf(first), to: dayOf(last) + 1, exact: precision === "day" || precision === "minute",
        country: countries, actor: actors.map((number) => ids[number]), type: [type], width: 0 }));
      this.partly = data.more;
    }

    // Where scripts draw

    begin() {
      const [earliest, latest] = [dayOf(this.told.earliest), dayOf(this.told.latest) + 1];
      const margin = Math.max((latest - earliest) * 0.02, 2);
      this.low = Math.min(earliest - margin, this.from);
      this.high = Math.max(latest + margin, this.to);
      this.whole = [earliest - margin, latest + margin];
      this.canvas = document.createElement("canvas");
      this.canvas.setAttribute("aria-hidden", "true");
      this.tip = document.createElement("p");
      this.tip.className = "tip";
      this.tip.hidden = true;
      this.voice = document.createElement("p");
      this.voice.className = "unseen";
      this.voice.setAttribute("aria-live", "polite");
      this.plot = document.createElement("div");
      this.plot.className = "plot";
      this.plot.tabIndex = 0;
      this.plot.setAttribute("role", "application");
      this.plot.setAttribute("aria-roledescription", "timeline");
      this.plot.append(this.canvas, this.tip);
      this.stage.replaceChildren(this.plot, this.voice);
      this.root.querySelector(".undrawn")?.remove();
      this.pen = this.canvas.getContext("2d");
      this.colours();
      this.size();
      this.choose();
      this.tell();
      this.zoom = d3.zoom().filter((event) => event.type === "wheel" ? !sideways(event) : !event.button)
        .on("zoom", ({ transform, sourceEvent }) => { if (sourceEvent) this.point(null); this.shift(transform); }).on("end", () => this.later());
      this.fit();
      d3.select(this.plot).call(this.zoom).call(this.zoom.transform, this.transform());
      this.listen();
    }

    listen() {
      const plot = this.plot;
      plot.addEventListener("wheel", (event) => {
        if (!sideways(event)) return;
        event.preventDefault();
        d3.select(plot).call(this.zoom.translateBy, -event.deltaX / this.zoomed.k, 0);
        this.later();
      }, { passive: false });
      plot.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch" && !this.moving) this.point(this.near(event)); });
      plot.addEventListener("pointerleave", () => { if (document.activeElement !== plot) this.point(null); });
      plot.addEventListener("click", (event) => this.click(event));
      plot.addEventListener("auxclick", (event) => { if (event.button === 1) this.click(event); });
      plot.addEventListener("keydown", (event) => this.key(event));
      plot.addEventListener("focus", () => { if (!this.current && plot.matches(":focus-visible")) this.step(0); });
      plot.addEventListener("blur", () => this.point(null));
      this.resized = new ResizeObserver(() => this.resize());
      this.resized.observe(this.stage);
      for (const media of ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"])
        matchMedia(media).addEventListener("change", () => { this.colours(); this.draw(); }); // at once: paper waits for no frame
      for (const link of this.root.querySelectorAll("[data-turn]")) link.addEventListener("click", (event) => this.turn(event, link.dataset.turn));
      this.form = document.querySelector("form.filters");
      // Other rows need no other events: the server is not asked.
      for (const link of this.root.querySelectorAll("[data-rows]")) link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.by = link.dataset.rows;
        for (const one of this.root.querySelectorAll("[data-rows]")) one.setAttribute("aria-current", String(one === link));
        this.moved = true;
        this.settle();
      });
      for (const kind of ["focusin", "pointerover"]) this.list?.addEventListener(kind, (event) => this.listed(event));
      for (const kind of ["focusout", "pointerleave"]) this.list?.addEventListener(kind, () => this.point(null));
    }

    colours() {
      const style = getComputedStyle(this.root);
      const colour = (name) => style.getPropertyValue(`--${name}`).trim();
      this.colour = Object.fromEntries(["ink", "muted", "rule", "paper", "margin", "shade", "focus", ...STATUSES].map((name) => [name, colour(name)]));
      this.sans = style.getPropertyValue("--sans");
      this.serif = style.getPropertyValue("--serif");
      this.stamps = this.grains = null;
    }

    size() {
      this.width = this.plot.clientWidth;
      this.ratio = devicePixelRatio || 1;
    }

    // The canvas as high as its lanes, and these as high as their events need.
    raise() {
      const scale = this.width / (this.to - this.from);
      for (const lane of this.lanes) this.stack(lane, scale);
      const written = []; // until a lane has no room for its titles: then none has any
      for (const lane of this.lanes) {
        written.push(this.titled(lane, this.seen(lane.exact), WRITTEN));
        if (!written.at(-1)) break;
      }
      this.titles = written.every(Boolean) && d3.sum(written) <= WRITTEN;
      const wanted = this.lanes.map((lane, number) => Math.max(LOWEST, this.titles ? written[number]
        : Math.min(LABEL + BELOW + ROWS[0] * most(this.seen(lane.exact), lane.rows), HIGHEST)));
      const over = d3.sum(wanted, (height) => height - LOWEST);
      const share = this.titles || !over ? 1 : Math.min(1, Math.max(TOGETHER - LOWEST * wanted.length, 0) / over);
      this.height = AXIS;
      this.lanes.forEach((lane, number) => {
        lane.top = this.height;
        lane.height = Math.round(LOWEST + (wanted[number] - LOWEST) * share);
        this.height += lane.height;
      });
      this.canvas.style.height = `${this.height}px`;
      this.canvas.width = Math.round(this.width * this.ratio);
      this.canvas.height = Math.round(this.height * this.ratio);
      this.sheet = null;
      this.stale = true;
    }

    // The rows of a lane on this scale; and its events that are in sight, by their places.
    stack(lane, scale) {
      if (lane.scale !== scale) {
        lane.scale = scale;
        lane.rows = stacked(lane.exact, scale, false);
        lane.softRows = stacked(lane.soft, scale, false);
        lane.wideRows = null;
      }
    }
    seen(events) {
      const found = [], near = 6 * (this.to - this.from) / this.width;
      for (let i = 0; i < events.length; i++) if (events[i].to > this.from - near && events[i].from < this.to + near) found.push(i);
      return found;
    }

    // The height that a lane needs to have a title beside each event; 0 where there is no room for that.
    titled(lane, seen, room) {
      if (seen.length > MOST_TITLES) return 0;
      if (!lane.wideRows) {
        this.pen.font = `13px ${this.serif}`;
        for (const event of lane.exact) event.width ||= this.pen.measureText(event.title).width;
        lane.wideRows = stacked(lane.exact, lane.scale, true);
      }
      const needed = most(seen, lane.wideRows) * TITLE;
      return needed <= room ? LABEL + BELOW + needed : 0;
    }

    // The days that are shown, as a transform of the whole, and back.
    fit() {
      this.zoom.extent([[0, 0], [this.width, this.height]]).translateExtent([[0, -Infinity], [this.width, Infinity]])
        .scaleExtent([1, Math.max((this.high - this.low) / CLOSEST, 1)]);
    }
    transform() {
      const k = Math.max((this.high - this.low) / (this.to - this.from), 1);
      return d3.zoomIdentity.scale(k).translate(-(this.from - this.low) * this.width / (this.high - this.low), 0);
    }
    shift(transform) {
      this.zoomed = transform;
      const days = (this.high - this.low) / transform.k;
      const from = this.low - transform.x / transform.k * (this.high - this.low) / this.width;
      const moves = Math.abs(from - this.from) > 1e-6 || Math.abs(from + days - this.to) > 1e-6;
      if (moves) {
        this.moved = this.moving = true;
        clearTimeout(this.resting);
        this.resting = setTimeout(() => this.rest(), SETTLED);
      }
      [this.from, this.to] = [from, from + days];
      this.ask(moves);
    }
    // Not past the ends of what there is.
    go(from, to, smoothly = true) {
      const days = Math.min(to - from, this.high - this.low);
      from = Math.min(Math.max((from + to - days) / 2, this.low), this.high - days);
      to = from + days;
      [this.from, this.to, from, to] = [from, to, this.from, this.to];
      const target = this.transform();
      [this.from, this.to] = [from, to];
      const plot = d3.select(this.plot);
      (smoothly && !still.matches ? plot.transition().duration(260) : plot).call(this.zoom.transform, target);
      if (!smoothly || still.matches) { this.rest(); this.later(); }
    }

    resize() {
      if (!this.plot.isConnected) { this.resized.disconnect(); return; }
      if (!this.plot.clientWidth || this.plot.clientWidth === this.width) return; // without a width it is not shown
      this.size();
      this.raise();
      this.fit();
      d3.select(this.plot).call(this.zoom.transform, this.transform());
    }

    // After a movement: the picture as it is at rest, which lanes, the address, the list

    rest() {
      clearTimeout(this.resting);
      if (this.moving) { this.moving = false; this.draw(); }
    }

    later() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.settle(), SETTLED);
    }

    settle() {
      if (!this.plot.isConnected) return;
      if (this.partial && this.loaded && (this.from < this.loaded[0] || this.to > this.loaded[1])) {
        this.load(this.around()).catch(() => {});
        return;
      }
      clearTimeout(this.resting);
      this.moving = false;
      this.choose();
      this.tell();
      if (this.moved) this.keep();
      this.ask();
    }

    days() { return [Math.floor(this.from + 1e-6), Math.max(Math.ceil(this.to - 1e-6), Math.floor(this.from) + 1)]; }
    shown() {
      const [from, to] = this.days();
      return this.events.filter((event) => event.from < to && event.to > from);
    }

    choose() {
      const counts = new Map();
      const shown = this.shown();
      for (const event of shown) for (const key of event[this.by]) counts.set(key, (counts.get(key) ?? 0) + 1);
      const order = (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
      const chosen = new Map([...counts].sort(order).slice(0, MOST_LANES).map(([key, count]) => [key, { key, count, label: this.names[this.by].get(key), exact: [], soft: [] }]));
      const others = { key: null, count: 0, label: chosen.size ? "All others" : shown.length ? "Events" : "Nothing in these days", exact: [], soft: [] };
      for (const event of this.events) {
        const mine = event[this.by].map((key) => chosen.get(key)).filter(Boolean);
        for (const lane of mine.length ? mine : [others]) lane[event.exact ? "exact" : "soft"].push(event);
      }
      others.count = shown.filter((event) => !event[this.by].some((key) => chosen.has(key))).length;
      this.lanes = [...chosen.values(), ...(others.count || !chosen.size ? [others] : [])];
      this.raise();
    }

    tell() {
      const [from, to] = this.days(), shown = this.shown(), count = shown.length;
      const heading = this.root.querySelector("h2");
      heading.firstChild.textContent = `${stretchWords(from, to - 1)} `;
      heading.querySelector("small").textContent = `${count.toLocaleString("en")} event${count === 1 ? "" : "s"}${this.partly ? " and more: look closer" : ""}`;
      this.plot.setAttribute("aria-label", `${count} events, ${stretchWords(from, to - 1)}. Arrow keys go from event to event, Enter opens one, plus and minus look closer or wider.`);
      if (!this.list) return;
      this.list.querySelector(".nothing").hidden = count > 0;
      const more = this.list.querySelector(".more");
      more.hidden = count <= Number(this.told.listed);
      more.querySelector(".count").textContent = count.toLocaleString("en");
    }

    // The lines of the days that are shown, as every list has them; those of before stay until they have come.
    async relist() {
      const days = `${this.told.first} ${this.told.last}`;
      if (!this.list || days === this.daysListed) return;
      this.daysListed = days;
      this.listing?.abort();
      this.listing = new AbortController();
      const link = this.list.querySelector(".more a"), asked = new URLSearchParams(link.search);
      asked.set("limit", this.told.listed);
      try {
        const answer = await fetch(`${link.pathname}?${asked}`, { headers: { Accept: "text/html" }, signal: this.listing.signal });
        if (!answer.ok) throw new Error(answer.statusText);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        this.list.querySelector(".events").replaceChildren(...page.querySelectorAll("#content .event"));
        showOwnTimes(this.list);
      } catch (error) {
        if (error.name !== "AbortError") this.daysListed = ""; // the next movement asks again
      }
    }

    // The days and rows in the address, in the form and in the links that keep them.
    keep() {
      const [from, to] = this.days(), asked = new URLSearchParams(this.told.wanted);
      [this.told.first, this.told.last, this.told.lanes] = [isoOf(from), isoOf(to - 1), this.by];
      asked.set("from", this.told.first);
      asked.set("to", this.told.last);
      asked.delete("lanes");
      const plain = `?${asked}`;
      for (const link of document.querySelectorAll("[data-keeps], .listed .more a")) link.search = plain;
      this.relist();
      if (this.by !== "country") asked.set("lanes", this.by);
      history.replaceState(history.state, "", `?${asked}`);
      if (this.form) {
        this.form.elements.from.value = this.told.first;
        this.form.elements.to.value = this.told.last;
        this.form.elements.lanes.value = this.by;
      }
    }

    turn(event, way) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const days = this.to - this.from, middle = (this.from + this.to) / 2;
      const around = (share) => [middle - days * share, middle + days * share];
      this.go(...{ earlier: [this.from - days / 2, this.to - days / 2], later: [this.from + days / 2, this.to + days / 2],
        closer: around(0.25), wider: around(1), all: this.whole }[way]);
    }

    // Drawing

    ask(anew = true) {
      this.stale ||= anew;
      this.asked ??= requestAnimationFrame(() => this.draw(this.stale));
    }

    // A status as a small picture, made once: thousands of copies of it cost less than as many circles.
    stamp(status) {
      this.stamps ??= {};
      if (this.stamps[status]) return this.stamps[status];
      const stamp = document.createElement("canvas");
      stamp.width = stamp.height = Math.ceil(12 * this.ratio);
      const pen = stamp.getContext("2d");
      pen.scale(this.ratio, this.ratio);
      pen.translate(6, 6);
      [pen.strokeStyle, pen.fillStyle, pen.lineWidth] = [this.colour[status], status === "held" ? this.colour[status] : this.colour.paper, 1.75];
      if (status === "unreported") pen.setLineDash([1.6, 1.8]);
      pen.beginPath();
      if (status === "held") pen.arc(0, 0, 4, 0, 7);
      else if (status === "postponed") { pen.moveTo(0, -4.5); pen.lineTo(4.5, 0); pen.lineTo(0, 4.5); pen.lineTo(-4.5, 0); pen.closePath(); }
      else if (status === "cancelled") { pen.lineWidth = 2; pen.moveTo(-4, 4); pen.lineTo(4, -4); }
      else pen.arc(0, 0, 3.25, 0, 2 * Math.PI);
      if (status !== "cancelled") pen.fill();
      if (status !== "held") pen.stroke();
      return (this.stamps[status] = stamp);
    }

    // The pixels of a stamp that are more than a shimmer: their places on the sheet, from its upper left corner, and their colours,
    // of which the highest byte is how opaque they are.
    grain(status) {
      this.grains ??= {};
      if (this.grains[status]) return this.grains[status];
      const { pen } = blank(12, 12), places = [], colours = [];
      pen.drawImage(this.stamp(status), 0, 0, 12, 12);
      new Uint32Array(pen.getImageData(0, 0, 12, 12).data.buffer).forEach((colour, i) => {
        if (colour >>> 24 > 40) { places.push(Math.floor(i / 12) * this.width + i % 12); colours.push(colour); }
      });
      return (this.grains[status] = { places, colours });
    }

    // The points of a picture that moves: [left, top, status, …]. Many are put down at whole pixels of a sheet in memory, since
    // without a graphics card thousands of stamps take longer than a frame lasts.
    strew(points) {
      const { width, pen } = this, straight = points.length <= 3 * MANY;
      if (!straight) {
        if (!this.sheet) {
          this.sheet = blank(width, this.height);
          this.sheet.image = this.sheet.pen.createImageData(width, this.height);
          this.sheet.pixels = new Uint32Array(this.sheet.image.data.buffer);
          this.grains = null;
        }
        this.sheet.pixels.fill(0);
      }
      for (let i = 0; i < points.length; i += 3) {
        const [left, top, status] = [points[i], points[i + 1], points[i + 2]];
        if (straight || left < 0 || left > width - 13) pen.drawImage(this.stamp(status), left, top, 12, 12);
        else this.put(this.grain(status), Math.round(top) * width + Math.round(left));
      }
      if (straight) return;
      this.sheet.pen.putImageData(this.sheet.image, 0, 0);
      pen.drawImage(this.sheet.canvas, 0, 0, width, this.height);
    }
    put({ places, colours }, corner) {
      const { pixels } = this.sheet;
      for (let i = 0; i < places.length; i++) {
        const place = corner + places[i], colour = colours[i];
        if (colour >= 0xff000000 || !pixels[place]) pixels[place] = colour; // an edge does not cover what is below it
      }
    }

    // Not `anew` where nothing but the event that is pointed at is another one: then a copy is shown of the picture without its mark.
    draw(anew = true) {
      cancelAnimationFrame(this.asked);
      this.asked = this.stale = null;
      const { pen, canvas } = this;
      pen.setTransform(1, 0, 0, 1, 0, 0);
      if (anew || (this.marked && !this.kept)) {
        this.kept = null;
        pen.clearRect(0, 0, canvas.width, canvas.height);
        pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
        this.paint();
      }
      if (!anew) {
        this.kept ??= copied(canvas);
        pen.setTransform(1, 0, 0, 1, 0, 0);
        pen.clearRect(0, 0, canvas.width, canvas.height);
        pen.drawImage(this.kept, 0, 0);
        pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      }
      this.marked = Boolean(this.current);
      if (this.marked) this.mark();
    }

    paint() {
      const { pen, width, height, colour } = this;
      const scale = width / (this.to - this.from), x = (day) => (day - this.from) * scale;
      this.grid(scale, x);
      this.hits = [];
      this.points = this.moving ? [] : null;
      for (const lane of this.lanes) this.drawLane(lane, scale, x);
      if (this.points) this.strew(this.points);
      for (const lane of this.lanes) this.label(lane);
      if (this.today >= this.from - 1 && this.today < this.to) {
        pen.fillStyle = colour.margin;
        pen.fillRect(x(this.today + 0.5) - 0.75, 20, 1.5, height - 20);
      }
    }

    grid(scale, x) {
      const { pen, colour, width, height } = this;
      if (scale >= 7) {
        pen.fillStyle = colour.shade;
        for (let day = Math.floor((this.from - 2) / 7) * 7 + 2; day < this.to; day += 7) pen.fillRect(x(day), 20, 2 * scale, height - 20); // 3 January 1970 was a Saturday
      }
      pen.font = `12px ${this.sans}`;
      pen.lineWidth = 1;
      for (const [day, words, minor] of ticks(this.from, this.to, width)) {
        const at = Math.round(x(day)) + 0.5;
        pen.strokeStyle = colour.rule;
        pen.setLineDash(minor ? [1, 4] : []);
        pen.beginPath();
        pen.moveTo(at, 20);
        pen.lineTo(at, height);
        pen.stroke();
        pen.fillStyle = colour.muted;
        if (at + 3 + pen.measureText(words).width <= width) pen.fillText(words, at + 3, 14);
      }
      pen.setLineDash([]);
    }

    drawLane(lane, scale, x) {
      const { pen, colour, width, hits } = this;
      const top = lane.top, base = top + lane.height - BELOW, room = lane.height - LABEL - BELOW;
      this.stack(lane, scale);
      const [exact, soft] = [this.seen(lane.exact), this.seen(lane.soft)];
      const titled = this.titles && this.titled(lane, exact, room) > 0, rows = titled ? lane.wideRows : lane.rows;
      const needed = most(exact, rows);
      const row = titled ? TITLE : ROWS.find((row) => row * needed <= room) ?? room / needed;
      const softRow = Math.min(SOFT, (BELOW - 4) / most(soft, lane.softRows));
      const thick = Math.min(7, Math.max(row - 1, 2));
      pen.fillStyle = colour.rule;
      pen.fillRect(0, base, width, 1);
      pen.globalAlpha = 0.3;
      for (const i of soft) {
        const event = lane.soft[i], left = x(event.from), long = Math.max(scale * (event.to - event.from), 4), y = base + 3 + lane.softRows[i] * softRow;
        pen.fillStyle = colour[event.status];
        bar(pen, left, y, long, 4, 2);
        pen.fill();
        if (!this.moving || event === this.current) hits.push({ event, lane, left, right: left + long, middle: left + long / 2, y: y + 2 });
      }
      pen.globalAlpha = 1;
      pen.font = `13px ${this.serif}`;
      const ends = []; // of what each row holds so far
      for (const i of exact) {
        const event = lane.exact[i], y = base - (titled ? 9 : 6) - rows[i] * row;
        if (titled && (event.to <= this.from || event.from >= this.to)) continue; // a title whose point is out of sight
        let left, right;
        if (event.to - event.from === 1) {
          left = x(event.from + 0.5) - 4;
          right = left + 8;
          if (this.points && !titled) this.points.push(left - 2, y - 6, event.status);
          else pen.drawImage(this.stamp(event.status), left - 2, y - 6, 12, 12);
        } else {
          left = x(event.from);
          right = Math.max(x(event.to), left + 8);
          this.stay(event, left, right, y, thick);
        }
        const middle = (left + right) / 2;
        if (titled) {
          pen.fillStyle = colour.ink;
          const room = width - right - 4, before = left - 4 - event.width;
          if (event.width > room && before > (ends[rows[i]] ?? 0) + 8) { // at the right edge: on the other side where that is free
            pen.fillText(event.title, before, y + 4.5);
            left = before;
          } else {
            const words = event.width > room ? this.shortened(event.title, room) : event.title;
            if (words) pen.fillText(words, right + 4, y + 4.5);
            right += 4 + Math.min(event.width, Math.max(room, 0));
          }
          ends[rows[i]] = right;
        }
        if (!this.moving || event === this.current) hits.push({ event, lane, left, right, middle, y });
      }
    }

    label(lane) {
      const { pen, colour } = this, top = lane.top;
      pen.font = `600 15px ${this.serif}`;
      [pen.strokeStyle, pen.lineWidth, pen.lineJoin] = [colour.paper, 4, "round"];
      pen.strokeText(lane.label, 0, top + 17);
      pen.fillStyle = colour.ink;
      pen.fillText(lane.label, 0, top + 17);
      const after = pen.measureText(lane.label).width + 6;
      pen.font = `12px ${this.sans}`;
      if (!lane.count) return;
      pen.strokeText(lane.count, after, top + 17);
      pen.fillStyle = colour.muted;
      pen.fillText(lane.count, after, top + 17);
    }

    // The beginning of a title that has so much room, with an ellipsis; nothing where that would be no word.
    shortened(title, room) {
      let length = Math.floor(title.length * Math.max(room, 0) / this.pen.measureText(title).width);
      while (length > 3 && this.pen.measureText(`${title.slice(0, length).trimEnd()}…`).width > room) length--;
      return length > 3 ? `${title.slice(0, length).trimEnd()}…` : "";
    }

    stay(event, left, right, y, thick) {
      const { pen, colour } = this;
      [pen.strokeStyle, pen.fillStyle, pen.lineWidth] = [colour[event.status], event.status === "held" ? colour[event.status] : colour.paper, 1.75];
      if (event.status === "cancelled") { pen.fillStyle = colour.cancelled; pen.fillRect(left, y - 1, right - left, 2); return; }
      pen.setLineDash(event.status === "unreported" ? [1.6, 1.8] : event.status === "postponed" ? [5, 2] : []);
      const edge = event.status === "held" ? 0 : 0.9;
      bar(pen, left + edge, y - thick / 2 + edge, right - left - 2 * edge, Math.max(thick - 2 * edge, 1), thick / 2);
      pen.fill();
      if (event.status !== "held") pen.stroke();
      pen.setLineDash([]);
    }

    // The event that is pointed at, in all of its lanes.
    mark() {
      const { pen, colour } = this;
      const mine = this.hits.filter((hit) => hit.event === this.current);
      if (!mine.length) { this.tip.hidden = true; return; }
      [pen.strokeStyle, pen.lineWidth] = [colour.ink, 1];
      const middle = (hit) => Math.min(Math.max(hit.middle, 0), this.width);
      if (mine.length > 1) {
        pen.setLineDash([2, 3]);
        pen.beginPath();
        pen.moveTo(middle(mine[0]), mine[0].y);
        for (const hit of mine.slice(1)) pen.lineTo(middle(hit), hit.y);
        pen.stroke();
        pen.setLineDash([]);
      }
      pen.lineWidth = 2;
      for (const hit of mine) { bar(pen, hit.left - 3, hit.y - 7, hit.right - hit.left + 6, 14, 7); pen.stroke(); }
      const hit = mine.find((one) => one.lane === this.currentLane) ?? mine[0];
      const strong = Object.assign(document.createElement("strong"), { textContent: this.current.title });
      const status = Object.assign(document.createElement("span"), { className: `status is-${this.current.status}`, textContent: this.current.status });
      this.tip.replaceChildren(strong, document.createElement("br"), `${whenWords(this.current, this.year)} `, status);
      this.tip.hidden = false;
      const wide = this.tip.offsetWidth, high = this.tip.offsetHeight;
      this.tip.style.transform = `translate(${Math.round(Math.min(Math.max(middle(hit) - wide / 2, 0), this.width - wide))}px, ${
        Math.round(hit.y - high - 12 < 0 ? hit.y + 14 : hit.y - high - 12)}px)`;
    }

    // Pointing

    near(pointer) {
      this.rest();
      const box = this.canvas.getBoundingClientRect(), px = pointer.clientX - box.left, py = pointer.clientY - box.top;
      let best = null, least = pointer.pointerType === "touch" ? 22 : 11;
      for (const hit of this.hits) {
        const away = Math.hypot(Math.max(hit.left - px, px - hit.right, 0), Math.max(Math.abs(hit.y - py) - 3, 0));
        if (away < least || (away === least && best === null)) [best, least] = [hit, away];
      }
      return best;
    }

    point(hit) {
      const event = hit?.event ?? null;
      this.plot.style.cursor = event ? "pointer" : "";
      if (event === this.current && hit?.lane === this.currentLane) return;
      this.currentLane = hit?.lane;
      this.current = event;
      if (!event) this.tip.hidden = true;
      this.ask(this.moving); // then its place is not among the hits
    }

    // A finger first shows what it touched; the same touched again is opened.
    click(pointer) {
      const hit = this.near(pointer);
      const known = hit && hit.event === this.current;
      this.point(hit);
      if (!hit || pointer.defaultPrevented || (pointer.pointerType === "touch" && !known)) return;
      this.open(hit.event, pointer.ctrlKey || pointer.metaKey || pointer.button === 1);
    }

    address(event) { return this.told.events + encodeURIComponent(event.id); }
    open(event, aside = false) {
      if (aside) window.open(this.address(event), "_blank", "noopener"); else location.assign(this.address(event));
    }

    listed({ target }) {
      const path = target.closest?.(".event")?.querySelector("a")?.pathname;
      if (!path) return;
      const event = this.events.find((event) => path.endsWith(`/${encodeURIComponent(event.id)}`));
      this.point(event ? { event } : null);
    }

    // Keys

    key(pressed) {
      if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
      const days = this.to - this.from, about = this.current ? (this.current.from + this.current.to) / 2 : (this.from + this.to) / 2;
      const near = (share) => [about - (about - this.from) * share, about + (this.to - about) * share];
      const acts = {
        ArrowRight: () => this.step(1), ArrowLeft: () => this.step(-1), ArrowDown: () => this.change(1), ArrowUp: () => this.change(-1),
        Home: () => this.select(this.events[0]), End: () => this.select(this.events.at(-1)),
        PageDown: () => this.go(this.from + days / 2, this.to + days / 2), PageUp: () => this.go(this.from - days / 2, this.to - days / 2),
        "+": () => this.go(...near(0.5)), "=": () => this.go(...near(0.5)), "-": () => this.go(...near(2)),
        Enter: () => this.current && this.open(this.current), Escape: () => this.point(null),
      };
      if (!acts[pressed.key]) return;
      pressed.preventDefault();
      acts[pressed.key]();
    }

    step(by) {
      const [from, to] = this.days();
      const start = this.current ? this.current.order + by : this.events.findIndex((event) => event.from < to && event.to > from);
      this.select(this.events[start], this.currentLane);
    }

    // The event of the lane above or below that is nearest in time.
    change(by) {
      if (!this.current) { this.step(0); return; }
      this.rest();
      const mine = this.hits.find((hit) => hit.event === this.current && hit.lane === this.currentLane) ?? this.hits.find((hit) => hit.event === this.current);
      const lane = this.lanes[this.lanes.indexOf(mine?.lane) + by];
      const there = this.hits.filter((hit) => hit.lane === lane);
      const nearest = d3.least(there, (hit) => Math.abs(hit.event.from - this.current.from));
      if (nearest) this.select(nearest.event, lane);
    }

    select(event, lane) {
      if (!event) return;
      this.point({ event, lane: lane && event[this.by].includes(lane.key) ? lane : undefined });
      this.voice.textContent = `${event.title}, ${whenWords(event, this.year)}, ${event.status}`;
      const days = this.to - this.from;
      if (event.to <= this.from || event.from >= this.to) this.go(event.from - days / 2, event.from + days / 2, false);
    }
  }

  const sideways = (event) => event.type === "wheel" && !event.ctrlKey && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY));

  function blank(width, height) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    return { canvas, pen: canvas.getContext("2d", { willReadFrequently: true }) };
  }
  function copied(canvas) {
    const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
    copy.getContext("2d").drawImage(canvas, 0, 0);
    return copy;
  }

  function bar(pen, x, y, width, height, round) {
    pen.beginPath();
    pen.roundRect(x, y, Math.max(width, 1), height, Math.min(round, Math.max(width, 1) / 2));
  }

  let drawn = null; // the element that has its picture
  function start() {
    const root = document.getElementById("picture");
    if (root && root !== drawn) { drawn = root; new Picture(root); }
  }
  for (const kind of ["htmx:afterSettle", "htmx:historyRestore"]) document.addEventListener(kind, start);
  start();
})();
