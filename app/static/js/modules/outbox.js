/*
 * The entries that the server has not acknowledged yet, oldest first, kept in localStorage until it does.
 *
 *   keep(entry)   stores {key, action, label, person, at, typedAt, fields: [[name, value], …]}; files can only be kept in memory
 *   flush()       sends what belongs to the person signed in, each with its own key and the time it was typed, in the order typed
 *   pending()     what is kept;  discard(key) drops one the server refused, once a person has read why
 *
 * An entry leaves the outbox only by an answer: stored (2xx JSON), or refused (4xx JSON with "refusals").
 * Everything else, also a 5xx, a page of HTML or no answer at all, leaves it in place to be sent again with the same key.
 * On document: "countersign:answer" {entry, answer} for each answer, "countersign:outbox" when the contents changed.
 */

import { csrfToken, person } from "./page.js";
import { serverNow } from "./server-time.js";

const PREFIX = "countersign.pending.";
const PATIENCE = 20_000;
const inMemory = new Map();
let flushing = null;

const hasFile = (entry) => entry.fields.some(([, value]) => value instanceof Blob);

const announce = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

const stored = () => {
  const found = [];
  try {
    for (let index = 0; index < localStorage.length; index += 1) {
      const name = localStorage.key(index);
      if (name.startsWith(PREFIX)) found.push(JSON.parse(localStorage.getItem(name)));
    }
  } catch {
    return found; // storage is switched off: what there is, is in memory
  }
  return found;
};

/** Every entry not acknowledged, oldest first. */
export const pending = () => [...stored(), ...inMemory.values()].sort((one, other) => one.at - other.at);

/** Keep an entry until the server has answered for it. */
export const keep = (entry) => {
  const typedAt = new Date(serverNow()).toISOString();
  const kept = { typedAt, ...entry, person: person(), at: entry.at ?? Date.now() };
  try {
    if (hasFile(kept)) throw new TypeError("files can't be kept in localStorage");
    localStorage.setItem(PREFIX + kept.key, JSON.stringify(kept));
  } catch {
    inMemory.set(kept.key, kept);
  }
  announce("countersign:outbox");
  return kept;
};

/** Forget an entry. */
export const discard = (key) => {
  inMemory.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // storage is switched off: it was only in memory
  }
  announce("countersign:outbox");
};

const replace = (entry) => {
  if (inMemory.has(entry.key)) inMemory.set(entry.key, entry);
  else localStorage.setItem(PREFIX + entry.key, JSON.stringify(entry));
  announce("countersign:outbox");
};

const bodyOf = (entry) => {
  const body = hasFile(entry) ? new FormData() : new URLSearchParams();
  for (const [name, value] of entry.fields) body.append(name, value);
  if (entry.typedAt) body.set("typed_at", entry.typedAt);
  body.set("idempotency_key", entry.key);
  body.set("csrf_token", csrfToken());
  return body;
};

const post = async (entry) => {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), "Idempotency-Key": entry.key };
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    return await fetch(entry.action, { method: "POST", body: bodyOf(entry), headers, credentials: "same-origin", signal: abort.signal });
  } finally {
    clearTimeout(timer);
  }
};

const answerTo = async (entry) => {
  let response;
  let told = null;
  try {
    response = await post(entry);
    if ((response.headers.get("Content-Type") ?? "").includes("json")) told = await response.json();
  } catch {
    return { kind: "unsent", why: "The network or the server does not answer.", reached: false };
  }
  if (told && (response.ok || told.location)) return { kind: "stored", ...told };
  if (response.status >= 400 && response.status < 500 && told?.refusals?.length) return { kind: "refused", refusals: told.refusals };
  const why = response.status === 401 || response.redirected ? "Sign in again, then it is sent." : told?.detail ?? `The server answered ${response.status}.`;
  return { kind: "unsent", why, reached: true };
};

const sendAll = async () => {
  const held = new Set();
  for (const entry of pending()) {
    if (entry.refusals || entry.person !== person() || held.has(entry.action)) continue;
    const answer = await answerTo(entry);
    if (answer.kind === "stored") discard(entry.key);
    else if (answer.kind === "refused") replace({ ...entry, refusals: answer.refusals });
    else held.add(entry.action);
    announce("countersign:answer", { entry, answer });
    if (answer.kind === "unsent" && !answer.reached) break;
  }
};

/** Send what can be sent. Calls made meanwhile share one run, and a run follows for what came in during it. */
export const flush = async () => {
  if (flushing) {
    await flushing;
  }
  flushing ??= sendAll().finally(() => {
    flushing = null;
  });
  return flushing;
};
