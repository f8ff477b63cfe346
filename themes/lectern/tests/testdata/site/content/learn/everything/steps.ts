// region: loop
const steps = [{ name: "measure", done: true }, { name: "change", done: false }];
steps.forEach((step, i) => console.log(i + 1, step.name, step.done));
// endregion: loop
