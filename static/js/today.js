/* Photos of a round: kept in this browser until the server has them, so that a dead network costs none.
   All that it says stands in the page already or comes from the server. The page works without this file. */
(function () {
  "use strict";

  var STORE = "photos", PATIENCE = 15000, STALL = 60000, KEPT = 7 * 86400000; // ms
  var round = document.querySelector("[data-round]");
  if (!round || !window.indexedDB || !window.fetch || !window.crypto) { return; }
  var who = round.dataset.round, offline = document.querySelector("[data-no-network]");
  var lines = {}, isBusy = false, isAskedAgain = false, timer = null, base = null;

  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  /* What is kept */

  function open() {
    base = base || new Promise(function (done, fail) {
      var asked = indexedDB.open("shouwen-round", 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore(STORE, { keyPath: "key" }); };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function () { fail(asked.error); };
    });
    return base;
  }

  function within(mode, act) {
    return open().then(function (kept) {
      return new Promise(function (done, fail) {
        var change = kept.transaction(STORE, mode), asked = act(change.objectStore(STORE));
        change.oncomplete = function () { done(asked.result); };
        change.onerror = change.onabort = function () { fail(change.error); };
      });
    });
  }

  function keep(photo) { return within("readwrite", function (store) { return store.put(photo); }); }
  function forget(key) { return within("readwrite", function (store) { return store.delete(key); }); }
  function mine() {
    return within("readonly", function (store) { return store.getAll(); }).then(function (photos) {
      return photos.filter(function (photo) { return photo.who === who; })
        .sort(function (one, other) { return one.at - other.at; });
    });
  }

  /* Whoever has not come back to this telephone for a week leaves nothing on it. */
  function forgetLeftBehind() {
    within("readwrite", function (store) {
      var asked = store.getAll();
      asked.onsuccess = function () {
        asked.result.forEach(function (photo) {
          if (photo.who !== who && photo.at < Date.now() - KEPT) { store.delete(photo.key); }
        });
      };
      return asked;
    }).catch(function () { /* a browser that keeps nothing */ });
  }

  function newKey() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  /* What is shown */

  function listOf(photo) {
    var card = document.querySelector('[data-errand="' + CSS.escape(photo.number) + '"] [data-list]');
    return card || document.querySelector("[data-others]");
  }

  function lineOf(photo) {
    var line = lines[photo.key], list;
    if (line) { return line; }
    line = lines[photo.key] = document.createElement("li");
    list = listOf(photo);
    line.appendChild(document.createElement("span"));
    list.appendChild(line);
    return line;
  }

  function show(photo, state, why) {
    var line = lineOf(photo), away = line.querySelector("button");
    var name = round.dataset[photo.when] + (line.parentNode.hasAttribute("data-others") ? " " + photo.number : "");
    line.dataset.state = state;
    line.firstChild.textContent = name + "：" + (why || round.dataset[state]);
    if (state !== "refused") { if (away) { line.removeChild(away); } return; }
    if (away) { return; }
    away = document.createElement("button");
    away.type = "button";
    away.className = "link-button";
    away.textContent = round.dataset.remove;
    away.addEventListener("click", function () {
      forget(photo.key).then(function () { line.parentNode.removeChild(line); delete lines[photo.key]; });
    });
    line.appendChild(away);
  }

  function network(isThere) { if (offline) { offline.hidden = isThere; } }

  /* What is sent */

  function body(photo) {
    var data = new FormData(), token = document.querySelector("[data-shot] [name=csrf_token], [name=csrf_token]");
    data.append("csrf_token", token ? token.value : "");
    data.append("when", photo.when);
    data.append("key", photo.key);
    data.append("photo", photo.file, photo.name || "photo.jpg");
    return data;
  }

  /* Gives whether the next one may go: after a failure of the way, the rest waits too. */
  function send(photo) {
    var stop = new AbortController(), late = setTimeout(function () { stop.abort(); }, STALL);
    show(photo, "sending");
    return fetch(photo.address, {
      method: "POST", body: body(photo), headers: { "HX-Request": "true" }, signal: stop.signal
    }).then(function (answer) {
      clearTimeout(late);
      network(true);
      if (answer.ok) { return forget(photo.key).then(function () { show(photo, "sent"); return true; }); }
      if (answer.status === 401 || answer.status === 419) { show(photo, "away"); return false; }
      if (answer.status >= 500 || answer.status === 429) { show(photo, "waiting"); return false; }
      return answer.text().then(function (text) { return refuse(photo, answer, text); });
    }, function () {
      clearTimeout(late);
      network(false);
      show(photo, "waiting");
      return false;
    });
  }

  function refuse(photo, answer, text) {
    var isOurs = /^text\/plain/.test(answer.headers.get("Content-Type") || "");
    photo.why = isOurs ? text : round.dataset.refused;
    return keep(photo).then(function () { show(photo, "refused", photo.why); return true; });
  }

  function next(photos) {
    var photo = photos.shift();
    if (!photo) { return Promise.resolve(true); }
    return send(photo).then(function (goOn) { return goOn ? next(photos) : false; });
  }

  /* Asked for while it is at work, it goes round once more: for a photo taken meanwhile, or the network come back. */
  function sendAll() {
    if (isBusy) { isAskedAgain = true; return; }
    isBusy = true;
    isAskedAgain = false;
    clearTimeout(timer);
    mine().then(function (photos) {
      var waiting = photos.filter(function (photo) { return !photo.why; });
      photos.forEach(function (photo) { show(photo, photo.why ? "refused" : "waiting", photo.why); });
      return navigator.onLine === false ? false : next(waiting);
    }).then(function () { return mine(); }).then(function (left) {
      isBusy = false;
      if (isAskedAgain) { sendAll(); return; }
      if (left.some(function (photo) { return !photo.why; })) { timer = setTimeout(sendAll, PATIENCE); }
    }, function () { isBusy = false; });
  }

  /* A browser that keeps nothing sends the plain form instead. */
  function take(form, input) {
    var file = input.files[0], card = form.closest("[data-errand]");
    if (!file) { return; }
    var photo = {
      key: newKey(), who: who, number: card.dataset.errand, when: form.elements.when.value,
      address: form.action, file: file, name: file.name, at: Date.now()
    };
    keep(photo).then(function () {
      input.value = "";
      show(photo, "waiting");
      sendAll();
    }, function () { form.submit(); });
  }

  each("[data-shot]", function (form) {
    var input = form.querySelector("input[type=file]");
    form.classList.add("is-live");
    input.addEventListener("change", function () { take(form, input); });
  });
  window.addEventListener("online", function () { network(true); sendAll(); });
  window.addEventListener("offline", function () { network(false); });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { sendAll(); } });
  network(navigator.onLine !== false);
  forgetLeftBehind();
  sendAll();
})();
