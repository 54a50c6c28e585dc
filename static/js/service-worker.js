/* Pages of the portal without a network. Network first, always: a kept copy is shown only where there is none.
   This worker stores nothing; static/js/offline.js does, when an owner asks for it.
   Written for Chromium 87 and iOS 14. */
"use strict";
var PAGES = "shouwen-pages"; // what owners have kept
var SHELL = "shouwen-shell"; // the offline page, and the styles of both
var OFFLINE = "/offline";
var PATIENCE = 8000; // ms

/* Paths of the portal that people read. Everything else, /staff and /board above all, is never looked at. */
var READ = [/^\/$/, /^\/offline$/, /^\/track(\/|$)/, /^\/c\/[^/]+(\/receipt)?$/];
/* The kept copies' own styles and pictures; no address of the server begins so. */
var KEPT = /^\/offline\/(static|files)\//;

function kept(name, request) {
  return caches.open(name).then(function (cache) {
    return cache.match(request, { ignoreVary: true, ignoreSearch: name === PAGES });
  });
}

/* Who has kept the page does not wait long for a network that only seems to be there; anybody else waits as ever. */
function answer(request) {
  return kept(PAGES, request).then(function (copy) {
    return new Promise(function (resolve) {
      var timer = copy && setTimeout(function () { resolve(copy); }, PATIENCE);
      fetch(request).then(function (fresh) { clearTimeout(timer); resolve(fresh); }, function () {
        clearTimeout(timer);
        resolve(copy || kept(SHELL, OFFLINE).then(function (page) { return page || Response.error(); }));
      });
    });
  });
}

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
self.addEventListener("fetch", function (event) {
  var request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) { return; }
  if (KEPT.test(address.pathname)) {
    event.respondWith(kept(/^\/offline\/static\//.test(address.pathname) ? SHELL : PAGES, request).then(function (copy) {
      return copy || Response.error();
    }));
    return;
  }
  if (request.mode !== "navigate" || !READ.some(function (path) { return path.test(address.pathname); })) { return; }
  event.respondWith(answer(request));
});
