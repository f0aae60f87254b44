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

function entry(page) {
  const item = document.createElement("li");
  const add = (address, title, excerpt) => {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    const text = document.createElement("p");
    // pagefind escapes the text and adds nothing but <mark>.
    text.innerHTML = excerpt;
    item.append(link, text);
  };
  const [first, ...others] = page.sub_results;
  const local = (address) => address.replace(/^\/+/, "");
  const section = first && first.url.includes("#") ? ` › ${first.title}` : "";
  add(local(first ? first.url : page.url), `${page.meta.title}${section}`, first ? first.excerpt : page.excerpt);
  for (const other of others.slice(0, 2)) {
    add(local(other.url), `${page.meta.title} › ${other.title}`, other.excerpt);
  }
  return item;
}

async function search(query) {
  status_.textContent = words.finding;
  const pagefind = await start();
  const { results } = await pagefind.search(query);
  const pages = await Promise.all(results.map((result) => result.data()));
  list.replaceChildren(...pages.map(entry));
  const said = pages.length ? words.found : words.nothing;
  status_.textContent = said.replace("{n}", pages.length).replace("{query}", query);
}

const query = new URLSearchParams(window.location.search).get("q")?.trim();
const field = document.querySelector("article form.bd-search input");
if (query) {
  field.value = query;
  search(query);
} else {
  field.focus();
}
