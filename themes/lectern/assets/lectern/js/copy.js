/* A button on every listing that copies its text, and on every output that copies the command that prints it. */
import * as strings from "@params";

const status = document.createElement("output");
status.className = "unseen";

function offer(block, source, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  const say = (word) => {
    button.textContent = word;
    button.ariaLabel = `${word}: ${name}`;
  };
  button.onclick = async () => {
    await navigator.clipboard.writeText(source.textContent);
    say(strings.copied);
    status.textContent = strings.copied;
    setTimeout(() => {
      say(strings.copy);
      status.textContent = "";
    }, 2000);
  };
  say(strings.copy);
  block.append(button);
}

for (const block of document.querySelectorAll(".code")) {
  const name = block.querySelector("figcaption > span")?.textContent ?? block.dataset.lang;
  offer(block, block.querySelector("code"), name);
}
for (const command of document.querySelectorAll(".output figcaption > code")) {
  offer(command.closest(".output"), command, command.textContent);
}
document.body.append(status);
