import { home } from "../texts/spoken.ts";

/** A plain form that works without JavaScript: `GET /?code=…` leads to the poll or comes back with what is wrong. */
export function JoinForm({ code = "", error = null }: { code?: string; error?: string | null }) {
  return (
    <form class="join" action="/" method="get">
      <label for="code">{home.joinLabel}</label>
      <div class="join-row">
        <input
          id="code"
          name="code"
          class="code-input"
          value={code}
          placeholder="7KQM-2D4X"
          maxLength={20}
          required
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          aria-invalid={error !== null}
          aria-describedby={error ? "code-error" : undefined}
        />
        {error && (
          <p class="error" id="code-error">
            {error}
          </p>
        )}
        <button type="submit" class="primary">
          {home.join}
        </button>
      </div>
    </form>
  );
}
