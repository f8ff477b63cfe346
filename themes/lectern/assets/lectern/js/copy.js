/* A button on every listing that copies its text. */
import * as strings from "@params";

for (const code of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = strings.copy;
  button.onclick = async () => {
    await navigator.clipboard.writeText(code.querySelector("code").textContent);
    button.textContent = strings.copied;
    setTimeout(() => { button.textContent = strings.copy; }, 2000);
  };
  code.append(button);
}
