/* Shows a reminder and leads to the case it is about; keeps nothing. Written for Chromium 87 and iOS 16.4. */
"use strict";
self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("push", function (event) {
  var said = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(said.title || "", {
    body: said.body || "",
    tag: said.tag,
    data: { url: said.url || "/" }
  }));
});
self.addEventListener("notificationclick", function (event) {
  var address = new URL(event.notification.data.url, self.location.origin);
  event.notification.close();
  if (address.origin === self.location.origin) { event.waitUntil(self.clients.openWindow(address.href)); }
});
