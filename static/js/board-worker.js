/* Keeps the board's last good page and what it is made of, for a screen that is switched on without a network.
   Of a page the newest copy, of its parts those that the page names; nothing else, and nothing outside /board/. */
"use strict";

var KEPT = "board-1", PATIENCE = 8000;

self.addEventListener("install", function (event) { event.waitUntil(self.skipWaiting()); });

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) {
      return /^board-/.test(name) && name !== KEPT ? caches.delete(name) : null;
    }));
  }).then(function () { return self.clients.claim(); }));
});

/* The first page of a screen was loaded before there was anybody to keep it: it says itself what it consists of. */
self.addEventListener("message", function (event) {
  var page = event.data && event.data.page, parts = (event.data && event.data.parts) || [];
  if (!page) { return; }
  event.waitUntil(caches.open(KEPT).then(function (kept) {
    return kept.keys().then(function (requests) {
      // What an older page was made of is thrown away: weeks of new versions must not fill a small disk.
      return Promise.all(requests.map(function (request) {
        return request.url === page || parts.indexOf(request.url) >= 0 ? null : kept.delete(request);
      }));
    }).then(function () {
      return Promise.all([page].concat(parts).map(function (url) {
        return kept.match(url, { ignoreVary: true }).then(function (found) {
          return found ? null : fetch(url, { credentials: "omit" }).then(function (response) {
            return response.ok ? kept.put(url, response) : null;
          });
        });
      }));
    });
  }));
});

self.addEventListener("fetch", function (event) {
  var request = event.request;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) { return; }
  if (request.mode === "navigate") {
    event.respondWith(freshOrKept(request));
  } else if (/[?&]v=/.test(request.url)) {
    event.respondWith(keptOrFresh(request)); // its address changes with its content
  }
});

function keptOrFresh(request) {
  return caches.match(request.url, { ignoreVary: true }).then(function (found) { return found || fetch(request); });
}

function inTime(request) {
  return new Promise(function (resolve, reject) {
    setTimeout(reject, PATIENCE);
    fetch(request).then(resolve, reject);
  });
}

/* The page from the server; when it does not come, or is an error, the last good one, which says that it is old. */
function freshOrKept(request) {
  return inTime(request).then(function (response) {
    if (!response.ok) { return lastGood(request, response); }
    var copy = response.clone();
    return caches.open(KEPT).then(function (kept) { return kept.put(request.url, copy); })
      .then(function () { return response; }, function () { return response; });
  }, function () { return lastGood(request, Response.error()); });
}

function lastGood(request, otherwise) {
  return caches.match(request.url, { ignoreVary: true }).then(function (found) {
    if (!found) { return otherwise; }
    return found.text().then(function (html) {
      return new Response(html.replace("<body ", "<body data-kept "), { headers: found.headers });
    });
  });
}
