/* Asking this browser for reminders of a case, only when its owner taps the button.
   Written for Chromium 87 and iOS 14; where a browser has no push, the page says so and nothing happens. */
(function () {
  "use strict";
  var box = document.querySelector("[data-push]");
  if (!box || !("serviceWorker" in navigator) || !window.PushManager || !window.Notification) { return; }
  var form = box.querySelector("form"), said = box.querySelector("[data-said]"), cannot = box.querySelector("[data-cannot]");

  function bytes(text) {
    var raw = atob((text + "===".slice((text.length + 3) % 4)).replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (c) { return c.charCodeAt(0); });
  }

  /* A worker of its own: the one that keeps pages goes when the last page is deleted. */
  function ready(registration) {
    var worker = registration.active || registration.waiting || registration.installing;
    return new Promise(function (resolve) {
      function look() { if (registration.active) { resolve(registration); } }
      worker.addEventListener("statechange", look);
      look();
    });
  }

  function fill(subscription) {
    var made = subscription.toJSON();
    form.elements.endpoint.value = made.endpoint;
    form.elements.p256dh.value = made.keys.p256dh;
    form.elements.auth.value = made.keys.auth;
    form.submit();
  }

  form.hidden = false;
  if (cannot) { cannot.hidden = true; }
  form.addEventListener("submit", function (event) {
    var button = form.querySelector("button");
    event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    Notification.requestPermission().then(function (answer) {
      if (answer !== "granted") { said.textContent = box.dataset.denied; return null; }
      return navigator.serviceWorker.register(box.dataset.worker).then(ready).then(function (registration) {
        return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.push) });
      }).then(fill);
    }).catch(function () { said.textContent = box.dataset.failed; }).then(function () { button.removeAttribute("aria-disabled"); });
  });
})();
