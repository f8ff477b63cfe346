// Prints where the plans stand in the log of a deploy that has succeeded. It only tells: what goes wrong here is
// said in the log and fails no deploy.
export const onSuccess = async ({ utils }) => {
  try {
    const { stdout } = await utils.run('go', ['run', '-tags=urfave_cli_no_docs', './tools/plansync', 'status'], { stdio: 'pipe' })
    console.log(stdout)
  } catch (error) {
    console.log(`No status of the plans: ${error.shortMessage ?? error.message}`)
  }
}
