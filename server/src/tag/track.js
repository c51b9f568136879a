// Reports views of pages and items to Crier. Served without these comments and the indentation (see tag.rs).
// Calls made before it loads wait: (window.crier = window.crier || []).push(['identify', id, hmac])
((w, d) => {
  const tag = d.currentScript || d.querySelector('script[src*="/track.js"]');
  const key = tag?.dataset.key;
  const early = w.crier || [];
  if (!key) return console.warn('crier: no data-key');
  // Included twice.
  if (early.page) return;
  const to = tag.src.replace(/track\.js.*/, 'api/v1/visits?key=' + key);
  const memory = {};
  const visitor = ['localStorage', 'crier_visitor'];
  const profile = ['sessionStorage', 'crier_profile'];

  // Storage may be forbidden: then things are known for this page only.
  const quiet = (call) => {
    try {
      return call();
    } catch {}
  };
  const read = (store, name) => quiet(() => w[store].getItem(name)) || memory[name];
  const keep = (store, name, value) => {
    quiet(() => w[store].setItem(name, value));
    return (memory[name] = value);
  };

  const send = (view) =>
    fetch(to, { method: 'POST', body: JSON.stringify(view), keepalive: true, credentials: 'omit' })
      .then(async (got) => {
        // An identity that is not right (any more) is dropped; the view is not.
        if (view.profile && (await got.text()).includes(':"profile')) {
          crier.identify();
          send({ ...view, profile: null });
        }
      })
      .catch(() => {});

  const view = (type, item) =>
    send({
      url: location.href.slice(0, 2048),
      title: d.title.slice(0, 500),
      referrer: d.referrer.slice(0, 2048),
      page_type: type || tag.dataset.pageType || d.querySelector('meta[name="crier:page-type"]')?.content,
      item,
      visitor: read(...visitor) || keep(...visitor, crypto.getRandomValues(new Uint32Array(4)).join('')),
      profile: JSON.parse(read(...profile) || null)
    });

  // Nothing is thrown into the page.
  const safe = (run) => (a, b) => {
    try {
      run(a, b);
    } catch (e) {
      console.warn('crier:', e);
    }
  };
  const crier = w.crier = {
    page: safe((page) => view(page?.type)),
    item: safe((item) => view('', item)),
    identify: safe((id, hmac) => keep(...profile, id ? JSON.stringify({ id: '' + id, hmac }) : '')),
    push: safe((call) => crier[call[0]](call[1], call[2]))
  };

  // Who the visitor is comes first, so that this page's own view is known.
  const queued = (first) => [].map.call(early, (call) => (call[0] == 'identify') == first && crier.push(call));
  queued(true);
  const start = () => {
    crier.page();
    queued(false);
  };
  d.readyState == 'loading' ? d.addEventListener('DOMContentLoaded', start) : start();
})(window, document);
