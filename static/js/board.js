/* The lobby's screen: turns the pages, asks for news, and says how old it is when nobody answers.
   Runs for months on small machines: one timer for each thing, nothing kept but the last pages. */
(function () {
  "use strict";

  var html = document.documentElement, body = document.body, said = body.dataset;
  var pagesBox = document.getElementById("pages"), fresh = document.getElementById("fresh");
  var dots = document.getElementById("dots"), clock = document.getElementById("clock"), pausedSign = document.getElementById("paused");
  if (!pagesBox || !said.fragment) { return; }

  var SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  var POLL = 30 * SECOND, SPREAD = 0.3, PATIENCE = 10 * SECOND, MISSES = 3;
  var SAFE_AFTER = 15 * MINUTE, LOST_AFTER = DAY, SLIP = MINUTE;
  var FADE = 150, SHIFT_EVERY = 5 * MINUTE, SHIFT = 8, PAUSE = 10 * MINUTE, RELOAD_HOUR = 4, RELOAD_WITHIN = 20 * MINUTE;
  var LEAST = 12, LOOK = 2, PER_CHARACTER = 0.35;
  var WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], DARK = said.dark.split(",").map(Number);
  var STORE = "board " + said.fragment.split("?")[0];

  var state = {
    etag: said.etag, waiting: null, key: null, paused: false, misses: 0, isNight: false,
    heardAt: performance.now(), heardOn: Number(said.madeAt), offset: Number(said.madeAt) - Date.now(),
    turn: null, poll: null, resume: null, reloading: false, shifts: 0
  };

  // What outlives a power cut: the last pages, when they were last confirmed, and how wrong this machine's clock is.

  function keep(name, value) {
    try { localStorage.setItem(STORE + name, JSON.stringify(value)); } catch (full) { /* then without */ }
  }

  function kept(name) {
    try { return JSON.parse(localStorage.getItem(STORE + name)); } catch (unreadable) { return null; }
  }

  function forget() {
    try { localStorage.removeItem(STORE + " pages"); } catch (refused) { /* then it stays */ }
  }

  /* Switched on without a network: this page is the one kept, and may be older than the pages that came after it. */
  function wakeUp() {
    var heard = kept(" heard"), last = kept(" pages");
    state.misses = MISSES + 1;
    if (heard) { state.heardOn = Math.max(state.heardOn, heard.on); state.offset = heard.offset; }
    var old = Date.now() + state.offset - state.heardOn;
    // A clock that has lost the day cannot tell how old this is: as good as very old.
    state.heardAt = performance.now() - (old < -SLIP ? LOST_AFTER : Math.max(0, old));
    if (last && age() < LOST_AFTER) { state.etag = last.etag; state.waiting = last.html; takeIn(); }
  }

  // The wall's time. The clock of a stick in a television is often wrong; the server's is not.

  var format = new Intl.DateTimeFormat("en-US", {
    timeZone: said.zone, month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false
  });

  function wall(instant) {
    var found = {};
    format.formatToParts(new Date(instant)).forEach(function (part) { found[part.type] = part.value; });
    found.hour = found.hour === "24" ? "00" : found.hour;
    found.time = found.hour + ":" + found.minute;
    found.date = said.date.replace("{month}", found.month).replace("{day}", found.day);
    return found;
  }

  function now() { return Date.now() + state.offset; }
  function age() { return performance.now() - state.heardAt; }

  function ageText() {
    var minutes = Math.max(1, Math.round(age() / MINUTE)), hours = Math.round(minutes / 60);
    if (minutes < 60) { return said.minutes.replace("{n}", minutes); }
    return hours < 48 ? said.hours.replace("{n}", hours) : said.days.replace("{n}", Math.round(hours / 24));
  }

  function heardText() {
    var then = wall(state.heardOn);
    return then.date === wall(now()).date ? then.time : then.date + " " + then.time;
  }

  function sayAge() {
    if (!fresh) { return; }
    var old = state.misses > MISSES, words = age() >= SAFE_AFTER ? said.lost : said.old;
    fresh.classList.toggle("old", old);
    fresh.querySelector("span").textContent = old
      ? "▲ " + words.replace("{age}", ageText()).replace("{time}", heardText())
      : said.fresh.replace("{time}", heardText());
    html.classList.toggle("lost", age() >= SAFE_AFTER);
  }

  // Pages

  function pages() { return Array.prototype.slice.call(pagesBox.querySelectorAll(".board-page")); }
  function keyOf(page) { return page.dataset.page; }
  function isUrgent(page) { return /^urgent-/.test(keyOf(page)); }
  function isSafe(page) { return page.hasAttribute("data-safe"); }
  function here() { return pages().filter(function (page) { return keyOf(page) === state.key; })[0]; }

  /* What may be shown now: unheard for a quarter of an hour only how to reach us, at night only what is urgent. */
  function playable() {
    var all = age() < SAFE_AFTER ? pages() : pages().filter(isSafe);
    return state.isNight ? all.filter(isUrgent) : all;
  }

  function seconds(page) {
    var unseen = 0;
    Array.prototype.forEach.call(page.querySelectorAll(".vh"), function (part) { unseen += characters(part); });
    return Math.max(LEAST, LOOK + PER_CHARACTER * (characters(page) - unseen));
  }

  function characters(part) { return (part.textContent.match(/[\u4e00-\u9fff]/g) || []).length; }

  function drawDots(list, place) {
    if (!dots) { return; }
    while (dots.children.length < list.length) { dots.appendChild(document.createElement("li")); }
    while (dots.children.length > list.length) { dots.removeChild(dots.lastChild); }
    Array.prototype.forEach.call(dots.children, function (dot, index) { dot.className = index === place ? "here" : ""; });
  }

  function reveal(page) {
    var list = playable();
    pages().forEach(function (other) { other.hidden = other !== page; other.classList.remove("leaving"); });
    html.classList.toggle("night", !page);
    state.key = page ? keyOf(page) : null;
    drawDots(list, list.indexOf(page));
    later();
  }

  function later() {
    var page = here();
    clearTimeout(state.turn);
    if (page && !state.paused) { state.turn = setTimeout(next, seconds(page) * SECOND); }
  }

  /* New content comes in with the turn of a page, so that nothing changes under the reader's eyes. */
  function takeIn() {
    if (state.waiting === null) { return; }
    var title = pagesBox.querySelector("h1");
    pagesBox.innerHTML = state.waiting;
    if (title) { pagesBox.insertBefore(title, pagesBox.firstChild); }
    state.waiting = null;
  }

  function next() {
    var order = pages().map(keyOf).indexOf(state.key), leaving = here();
    if (leaving) { leaving.classList.add("leaving"); }
    clearTimeout(state.turn);
    state.turn = setTimeout(function () {
      takeIn();
      var list = playable(), at = list.map(keyOf).indexOf(state.key);
      reveal(list[(at >= 0 ? at + 1 : Math.max(order, 0)) % (list.length || 1)]);
    }, FADE);
  }

  // News

  function heard(request) {
    var date = Date.parse(request.getResponseHeader("Date") || "");
    if (!isNaN(date)) { state.offset = date - Date.now(); }
    state.misses = 0;
    state.heardAt = performance.now();
    state.heardOn = now();
    keep(" heard", { on: state.heardOn, offset: state.offset });
    settle();
  }

  function missed() {
    state.misses += 1;
    settle();
  }

  /* After every answer, silence and minute: what is said of the age, and whether this page may still be shown. */
  function settle() {
    var list = playable(), page = here();
    sayAge();
    if (age() >= LOST_AFTER) { dropOld(); }
    if (page ? list.indexOf(page) < 0 : list.length) { takeIn(); reveal(playable()[0]); }
  }

  /* A day without an answer: what is too old to be believed is not kept any longer either. */
  function dropOld() {
    pages().forEach(function (page) { if (!isSafe(page)) { page.parentNode.removeChild(page); } });
    state.etag = "";
    forget();
  }

  function take(request) {
    var text = request.responseText;
    if (text.indexOf("board-page") < 0) { return missed(); }
    var known = pages().map(keyOf), urgent = text.match(/data-page="urgent-\d+-first"/g) || [];
    var isNews = urgent.some(function (key) { return known.indexOf(key.slice(11, -1)) < 0; });
    state.etag = (request.getResponseHeader("ETag") || "").replace(/^W\//, "").replace(/"/g, "");
    state.waiting = text;
    keep(" pages", { etag: state.etag, html: text });
    if (isNews) { takeIn(); reveal(playable()[0]); }
    heard(request);
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", said.fragment);
    request.timeout = PATIENCE;
    if (state.etag) { request.setRequestHeader("If-None-Match", '"' + state.etag + '"'); }
    request.onloadend = function () {
      if (request.status === 304) { heard(request); } else if (request.status === 200) { take(request); } else { missed(); }
      askIn(POLL * (1 + SPREAD * (2 * Math.random() - 1)));
    };
    request.send();
  }

  function askIn(time) {
    clearTimeout(state.poll);
    state.poll = setTimeout(ask, time);
  }

  // The clockwork

  function tick() {
    var wallNow = wall(now()), minute = Number(wallNow.hour) * 60 + Number(wallNow.minute);
    clock.querySelector("[data-date]").textContent = wallNow.date + " " + said.weekdays.split(",")[WEEK.indexOf(wallNow.weekday)];
    clock.querySelector("[data-time]").textContent = wallNow.time;
    html.classList.toggle("inverted", Number(wallNow.day) % 2 === 0); // no colour stands in one place for two days
    state.isNight = DARK[0] <= DARK[1] ? DARK[0] <= minute && minute < DARK[1] : minute >= DARK[0] || minute < DARK[1];
    settle();
    if (Number(wallNow.hour) === RELOAD_HOUR && !state.reloading && performance.now() > 2 * HOUR) {
      state.reloading = true;
      setTimeout(beginAnew, Math.random() * RELOAD_WITHIN);
    }
  }

  /* Once a night the page begins anew, but never into an error page: it is asked for first. */
  function beginAnew() {
    var request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.timeout = PATIENCE;
    request.onloadend = function () {
      if (request.status === 200 && request.responseText.indexOf("board-page") >= 0) { return location.reload(); }
      setTimeout(function () { state.reloading = false; }, HOUR);
    };
    request.send();
  }

  /* The whole picture moves a little, so that nothing burns in. */
  function shift() {
    state.shifts += 1;
    html.style.setProperty("--dx", [0, SHIFT, 0, -SHIFT][state.shifts % 4] + "px");
    html.style.setProperty("--dy", [0, SHIFT, 0, -SHIFT][(state.shifts + 1) % 4] + "px");
  }

  function pause(is) {
    state.paused = is;
    pausedSign.hidden = !is;
    clearTimeout(state.resume);
    if (is) { state.resume = setTimeout(pause, PAUSE, false); } // nobody comes back to press it again
    later();
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === " ") {
      event.preventDefault();
      pause(!state.paused);
    } else if (event.key === "ArrowRight") { next(); }
  });

  /* The pages as they came, without the title that stays. */
  function drawn() {
    return Array.prototype.map.call(pagesBox.children, function (part) { return part.tagName === "H1" ? "" : part.outerHTML; }).join("");
  }

  /* Have the page and its parts kept, where the browser can. */
  function haveKept() {
    if (!navigator.serviceWorker) { return; }
    var parts = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], #pages img");
    var addresses = Array.prototype.map.call(parts, function (part) { return part.href || part.src; });
    navigator.serviceWorker.register(said.worker).then(function () { return navigator.serviceWorker.ready; })
      .then(function (worker) { worker.active.postMessage({ page: location.href.split("#")[0], parts: addresses }); })
      .catch(function () { /* then without: it only matters when the power goes */ });
  }

  if ("kept" in said) { wakeUp(); } else {
    keep(" heard", { on: state.heardOn, offset: state.offset });
    keep(" pages", { etag: state.etag, html: drawn() });
    haveKept();
  }
  askIn("kept" in said ? SECOND * (1 + 4 * Math.random()) : POLL * (1 + SPREAD * (2 * Math.random() - 1)));
  tick();
  if (!state.key) { reveal(playable()[0]); }
  setInterval(tick, 10 * SECOND);
  setInterval(shift, SHIFT_EVERY);
})();
