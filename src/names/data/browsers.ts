// Browsers of iOS and iPadOS. Bundle ids as the App Store's look-up gives them; Apple's own as they stand in App Privacy
// Reports and crash reports (iOS 15–18).

export const browserBundles: readonly string[] = [
  'com.apple.mobilesafari',
  'com.apple.SafariViewService',
  // web sites put on the home screen
  'com.apple.webapp',
  'com.apple.WebKit.Networking',
  'com.apple.WebKit.WebContent',
  'com.apple.WebKit.GPU',
  'com.google.chrome.ios',
  'com.google.chrome.ios.beta',
  'org.mozilla.ios.Firefox',
  'org.mozilla.ios.FirefoxBeta',
  'org.mozilla.ios.Focus',
  'org.mozilla.ios.Klar',
  'com.microsoft.msedge',
  'com.brave.ios.browser',
  'com.duckduckgo.mobile.ios',
  'com.opera.OperaTouch',
  'com.kagi.kagiOS',
  'company.thebrowser.ArcMobile2',
  'com.ecosia.ecosiaapp',
  'com.cloudmosa.PuffinFree',
  'ru.yandex.mobile.search',
]

/** Process names, whole: they may come cut (see `sameProcess`). */
export const browserProcesses: readonly string[] = [
  'MobileSafari',
  'SafariViewService',
  'com.apple.WebKit.Networking',
  'com.apple.WebKit.WebContent',
  'com.apple.WebKit.GPU',
  'Safari',
  'Chrome',
  'Firefox',
  'Edge',
  'Brave',
  'DuckDuckGo',
  'OperaTouch',
]
