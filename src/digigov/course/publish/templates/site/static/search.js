// Runs pagefind on what search-index.js holds. Its program is a module that fetches the files of its
// index; a page that was opened from a disk may load no module and fetch no file. So the module is
// loaded from memory, and the `fetch` that it sees answers from memory too.
const words = JSON.parse(document.getElementById("search-words").textContent);
const status_ = document.getElementById("search-status");
const list = document.getElementById("search-results");

function fetchFromMemory(address) {
  const path = new URL(address).pathname.replace(/^\/+/, "");
  const encoded = courseSearch.files[path];
  if (encoded === undefined) {
    return Promise.resolve(new Response(null, { status: 404 }));
  }
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  return Promise.resolve(new Response(bytes));
}

async function start() {
  window.courseFetch = fetchFromMemory;
  const source = `const fetch = window.courseFetch;\n${courseSearch.program}`;
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const pagefind = await import(address);
  URL.revokeObjectURL(address);
  return pagefind.createInstance({ basePath: "memory:/", baseUrl: "/", noWorker: true });
}

// pagefind gives the text of a page with these two escaped, and with its words apart.
const escaped = (text) => text.replace(/</g, "&lt;").replace(/>/g, "&gt;");
const local = (address) => address.replace(/^\/+/, "");

// Sections of a page that hold a term as it was typed, each with its first place. pagefind alone
// would miss some: it cuts Chinese into words in the page, the browser cuts the query, and the two do
// not always cut in the same places.
function sectionsWith(page, term) {
  const apart = page.raw_content.includes("\u200B") ? "\u200B" : /[\r\n\s]+/;
  const joint = apart === "\u200B" ? "" : " ";
  const starts = [];
  let text = "";
  for (const word of page.raw_content.split(apart)) {
    starts.push(text.length);
    text += word + joint;
  }
  const headings = page.anchors
    .filter((anchor) => /^h\d$/i.test(anchor.element))
    .map((anchor) => ({ ...anchor, start: starts[anchor.location] ?? text.length }));
  const wanted = escaped(term).toLowerCase();
  const lower = text.toLowerCase();
  const found = new Map();
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
    const heading = headings.filter((one) => one.start <= at).at(-1);
    const key = heading?.id ?? "";
    if (!found.has(key)) {
      const [before, after] = [Math.max(0, at - 40), at + wanted.length];
      found.set(key, {
        url: heading ? `${page.url}#${heading.id}` : page.url,
        title: heading?.text.trim() ?? page.meta.title,
        excerpt:
          `${text.slice(before, at)}<mark>${text.slice(at, after)}</mark>` +
          text.slice(after, after + 60),
        times: 0,
      });
    }
    found.get(key).times += 1;
  }
  return [...found.values()];
}

// Sections that hold some of the terms, if the page holds all of them.
function match(page, terms) {
  const each = terms.map((term) => sectionsWith(page, term));
  const parts = each.every((found) => found.length) ? each.flat() : [];
  const times = parts.reduce((sum, part) => sum + part.times, 0);
  const first = (part, place) => parts.findIndex((other) => other.url === part.url) === place;
  return { page, times, parts: parts.filter(first) };
}

// Whether a word that pagefind marked is a form of a term. It shortens a word that it does not know
// until some word begins like it: "xyzzy" finds every x, and "73.9" every 73.
function marksOneOf(excerpt, terms) {
  const words = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)].map((found) =>
    found[1].replace(/^[^\p{L}]+/u, "").toLowerCase(),
  );
  return terms.some((term) => {
    const start = term.toLowerCase().slice(0, Math.floor(term.length / 2) + 1);
    return !/\d/.test(term) && words.some((word) => word.startsWith(start));
  });
}

function entry({ page, parts }) {
  const item = document.createElement("li");
  for (const part of parts.slice(0, 3)) {
    const link = document.createElement("a");
    link.href = local(part.url);
    link.textContent =
      part.title === page.meta.title ? part.title : `${page.meta.title} › ${part.title}`;
    const text = document.createElement("p");
    // Escaped by pagefind, but for <mark>.
    text.innerHTML = part.excerpt;
    item.append(link, text);
  }
  return item;
}

async function search(query) {
  status_.textContent = words.finding;
  const pagefind = await start();
  // A copy: the next search changes what this one gave.
  const load = async (search) =>
    Promise.all((await search).results.map(async (one) => ({ ...(await one.data()) })));
  const byWord = await load(pagefind.search(query));
  const terms = query.split(/\s+/);
  const found = (await load(pagefind.search(null)))
    .map((page) => match(page, terms))
    .filter((one) => one.times)
    .sort((a, b) => b.times - a.times);
  const known = new Set(found.map((one) => one.page.url));
  for (const page of byWord.filter((page) => !known.has(page.url))) {
    const parts = page.sub_results.filter((part) => marksOneOf(part.excerpt, terms));
    if (parts.length && terms.every((term) => marksOneOf(page.excerpt, [term]))) {
      found.push({ page, parts });
    }
  }
  list.replaceChildren(...found.map(entry));
  const said = found.length ? words.found : words.nothing;
  status_.textContent = said.replace("{n}", found.length).replace("{query}", () => query);
}

const query = new URLSearchParams(window.location.search).get("q")?.trim();
const field = document.querySelector("article form.bd-search input");
if (query) {
  field.value = query;
  search(query);
} else {
  field.focus();
}
