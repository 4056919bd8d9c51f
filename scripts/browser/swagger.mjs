// Swagger UI, operated through its controls.

import assert from "node:assert/strict";

export class SwaggerUi {
  constructor(page) {
    this.page = page;
  }

  /** Returns the addresses that the selector at the top offers. */
  documents() {
    return this.page.locator(".topbar select option").evaluateAll((options) => options.map((option) => option.value));
  }

  /** Chooses a document and waits until its title is shown. */
  async choose(address, title) {
    await this.page.locator(".topbar select").selectOption(address);
    await this.page.locator(".info .title", { hasText: title }).waitFor();
    await this.page.locator(".opblock").first().waitFor();
  }

  /** Returns the number of operations shown. */
  operations() {
    return this.page.locator(".opblock").count();
  }

  /** Returns the headings of the operations. */
  tags() {
    return this.page
      .locator(".opblock-tag")
      .evaluateAll((headings) => headings.map((heading) => heading.dataset.tag));
  }

  /** Opens the box of one operation and returns it. */
  async open(method, path) {
    const box = this.page
      .locator(`.opblock-${method.toLowerCase()}`)
      .filter({ has: this.page.locator(`[data-path="${path}"]`) });
    if (!(await box.getAttribute("class")).includes("is-open")) {
      await box.locator(".opblock-summary-control").click();
    }
    await box.locator(".btn.execute").waitFor();
    return box;
  }

  /** Returns the example body of the document. */
  async example({ method, path }) {
    const box = await this.open(method, path);
    return JSON.parse(await box.locator("textarea.body-param__text").inputValue());
  }

  /**
   * Fills in a body, presses "Execute", and returns the box and the response. Fails if the status is not
   * `status`, or if the page does not show it.
   */
  async execute({ method, path, status }, body) {
    const box = await this.open(method, path);
    if (body) await box.locator("textarea.body-param__text").fill(JSON.stringify(body, null, 2));
    const answered = this.page.waitForResponse(
      (response) => new URL(response.url()).pathname === path && response.request().method() === method,
    );
    await box.locator(".btn.execute").click();
    const response = await answered;
    const text = await response.text();
    assert.equal(response.status(), status, `${method} ${path}: ${text}`);
    const shown = box.locator(".live-responses-table .response .response-col_status").first();
    await shown.waitFor();
    assert.match(await shown.innerText(), new RegExp(`^${status}`), `${method} ${path}: what the page shows`);
    return { box, answer: text && JSON.parse(text) };
  }

  /** Presses "Authorize", enters a token, and closes the dialog. `picture` is called while it is open. */
  async authorize(token, picture) {
    await this.page.locator(".scheme-container .btn.authorize").click();
    const dialog = this.page.locator(".dialog-ux");
    await dialog.locator("input[type=text], input[type=password]").fill(token);
    await dialog.locator(".auth-btn-wrapper .btn.authorize").click();
    await dialog.getByText("Authorized", { exact: true }).first().waitFor();
    await picture?.();
    await dialog.locator(".btn-done").click();
    await dialog.waitFor({ state: "detached" });
  }

  /** Removes the token. */
  async forget() {
    await this.page.locator(".scheme-container .btn.authorize").click();
    const dialog = this.page.locator(".dialog-ux");
    await dialog.getByRole("button", { name: "Remove authorization" }).click();
    await dialog.locator(".btn-done").click();
  }
}
