/* The lobby's screen: turns the pages, asks for news, and says how old it is when nobody answers.
   Runs for months on small machines: one timer for each thing, nothing kept but the last pages. */
(function () {
  "use strict";

  var body = document.body, pagesBox = document.getElementById("pages"), fresh = document.getElementById("fresh");
  var dots = document.getElementById("dots"), clock = document.getElementById("clock"), board = document.getElementById("board");
  if (!pagesBox || !body.dataset.fragment) { return; }

  var SECOND = 1000, MINUTE = 60 * SECOND;
  var POLL = 30 * SECOND, SPREAD = 0.3, PATIENCE = 10 * SECOND;
  var MISSES = 3, SAFE_AFTER = 15 * MINUTE, FADE = 150, SHIFT_EVERY = 5 * MINUTE, SHIFT = 8, RELOAD_HOUR = 4;
  var LEAST = 12, LOOK = 2, PER_CHARACTER = 0.35;

  var state = {
    etag: body.dataset.etag, waiting: null, key: null, paused: false, misses: 0,
    heardAt: performance.now(), heardText: "", offset: 0, turn: null, poll: null, reloadedOn: null
  };

  function pages() { return Array.prototype.slice.call(pagesBox.querySelectorAll(".board-page")); }
  function age() { return performance.now() - state.heardAt; }

  /* What may be shown: after a quarter of an hour without an answer only how to reach us. */
  function playable() {
    var all = pages();
    if (age() < SAFE_AFTER) { return all; }
    var safe = all.filter(function (page) { return page.hasAttribute("data-safe"); });
    return safe.length ? safe : all;
  }

  function dwell(page) {
    var characters = (page.textContent.match(/[\u4e00-\u9fff]/g) || []).length;
    return Math.max(LEAST, LOOK + PER_CHARACTER * characters) * SECOND;
  }

  function drawDots(list, place) {
    if (!dots) { return; }
    dots.textContent = "";
    list.forEach(function (_page, index) {
      var dot = document.createElement("li");
      if (index === place) { dot.setAttribute("aria-current", "true"); }
      dots.appendChild(dot);
    });
  }

  function reveal(page) {
    var list = playable();
    pages().forEach(function (other) { other.hidden = other !== page; other.classList.remove("leaving"); });
    state.key = page.dataset.page;
    drawDots(list, list.indexOf(page));
    later(page);
  }

  function later(page) {
    clearTimeout(state.turn);
    if (!state.paused) { state.turn = setTimeout(next, dwell(page)); }
  }

  /* New content comes in with the turn of a page, so that nothing changes under the reader's eyes. */
  function takeIn() {
    if (state.waiting === null) { return; }
    var kept = pagesBox.querySelector("h1");
    pagesBox.innerHTML = state.waiting;
    if (kept) { pagesBox.insertBefore(kept, pagesBox.firstChild); }
    state.waiting = null;
  }

  function next() {
    var before = keys(), here = before.indexOf(state.key), leaving = pages()[here];
    if (leaving) { leaving.classList.add("leaving"); }
    clearTimeout(state.turn);
    state.turn = setTimeout(function () {
      takeIn();
      var list = playable();
      var at = list.map(keyOf).indexOf(state.key);
      reveal(list[(at >= 0 ? at + 1 : Math.max(here, 0)) % list.length]);
    }, FADE);
  }

  function keyOf(page) { return page.dataset.page; }
  function keys() { return pages().map(keyOf); }

  function isUrgentNews(html) {
    return /data-page="urgent-/.test(html) && !/^urgent-/.test(keys()[0] || "");
  }

  function time(instant) {
    return instant.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: body.dataset.zone });
  }

  function now() { return new Date(Date.now() + state.offset); }

  function heard(response) {
    var date = Date.parse(response.headers.get("Date") || "");
    // The clock of a stick in a television is often wrong; the server's is not.
    if (!isNaN(date)) { state.offset = date - Date.now(); }
    state.misses = 0;
    state.heardAt = performance.now();
    state.heardText = time(now());
    sayAge();
  }

  function missed() {
    state.misses += 1;
    sayAge();
    if (age() >= SAFE_AFTER && !playable().some(function (page) { return page.dataset.page === state.key; })) { next(); }
  }

  function sayAge() {
    if (!fresh || !state.heardText) { return; }
    var old = state.misses >= MISSES;
    var words = (old ? body.dataset.old : body.dataset.fresh)
      .replace("{minutes}", Math.max(1, Math.round(age() / MINUTE))).replace("{time}", state.heardText);
    fresh.classList.toggle("old", old);
    fresh.querySelector("span").textContent = (old ? "▲ " : "") + words;
    var mark = fresh.querySelector(".mark");
    if (mark) { mark.style.display = old ? "none" : ""; }
  }

  function ask() {
    var stop = new AbortController(), timer = setTimeout(function () { stop.abort(); }, PATIENCE);
    fetch(body.dataset.fragment, { headers: { "If-None-Match": '"' + state.etag + '"' }, credentials: "omit", cache: "no-store", signal: stop.signal })
      .then(function (response) {
        if (response.status === 304) { heard(response); return null; }
        if (!response.ok) { throw new Error(response.status); }
        return response.text().then(function (html) { take(response, html); });
      })
      .catch(missed)
      .then(function () { clearTimeout(timer); askLater(); });
  }

  function take(response, html) {
    if (html.indexOf("board-page") < 0) { throw new Error("not a board"); }
    heard(response);
    state.etag = (response.headers.get("ETag") || "").replace(/^W\//, "").replace(/"/g, "");
    var urgent = isUrgentNews(html);
    state.waiting = html;
    if (urgent) { state.key = null; takeIn(); reveal(playable()[0]); }
  }

  function askLater() {
    clearTimeout(state.poll);
    state.poll = setTimeout(ask, POLL * (1 + SPREAD * (2 * Math.random() - 1)));
  }

  function tick() {
    if (!clock) { return; }
    var wall = now(), zone = body.dataset.zone;
    var parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", hour12: false }).formatToParts(wall);
    var found = {};
    parts.forEach(function (part) { found[part.type] = part.value; });
    var weekday = body.dataset.weekdays.split(",")[["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(found.weekday)];
    clock.querySelector("[data-date]").textContent = body.dataset.date.replace("{month}", found.month).replace("{day}", found.day) + " " + weekday;
    clock.querySelector("[data-time]").textContent = time(wall);
    sayAge();
    startAfresh(Number(found.hour), found.day);
  }

  /* Once a night the page begins anew, but only when the server has just answered: never into an error page. */
  function startAfresh(hour, day) {
    if (hour !== RELOAD_HOUR || state.reloadedOn === day || performance.now() < 2 * 60 * MINUTE || age() > MINUTE) { return; }
    state.reloadedOn = day;
    setTimeout(function () { if (age() < 2 * MINUTE) { location.reload(); } }, Math.random() * 20 * MINUTE);
  }

  /* The whole picture moves a little, so that nothing burns in. */
  function shift() {
    var x = Math.round((2 * Math.random() - 1) * SHIFT), y = Math.round((2 * Math.random() - 1) * SHIFT);
    board.style.transform = "translate(" + x + "px," + y + "px)";
  }

  document.addEventListener("keydown", function (event) {
    var page = pages()[keys().indexOf(state.key)];
    if (event.key === " ") {
      event.preventDefault();
      state.paused = !state.paused;
      document.title = (state.paused ? body.dataset.paused + " · " : "") + document.title.split(" · ").pop();
      if (page) { later(page); }
    } else if (event.key === "ArrowRight") { next(); }
  });

  state.heardText = time(now());
  reveal(playable()[0]);
  askLater();
  setInterval(tick, 10 * SECOND);
  setInterval(shift, SHIFT_EVERY);
})();
