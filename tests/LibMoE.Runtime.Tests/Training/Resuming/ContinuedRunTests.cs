using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Tests.Training.Resuming
{
    /// <summary>What <c>train --resume</c> says and does.</summary>
    public sealed class ContinuedRunTests : IDisposable
    {
        private readonly RunCommand _command = new();

        public void Dispose() => _command.Dispose();

        [Fact]
        public async Task A_changed_setting_is_refused_by_name_and_can_be_allowed()
        {
            await Begin();

            var refused = await RunCommand.Run(_command.Args("run", 8, "--resume", "--learning-rate", "0.01"));
            var allowed = await RunCommand.Run(_command.Args("run", 8, "--resume", "--allow-change", "Training:Steps"));

            Assert.Equal(2, refused.ExitCode);
            Assert.Equal(
                ["error: --steps (Training:Steps) is 8, but the run to be resumed has 6. Training:LearningRate is 0.01, but the run "
                    + "to be resumed has 0.005. Change it back, or allow it by --allow-change Training:Steps,Training:LearningRate."],
                refused.Errors);
            Assert.Equal((0, 8), (allowed.ExitCode, _command.Steps("run")[^1]));
            Assert.Contains(
                $"Training continues from step 6, saved in {_command.Checkpoints("run")}/step-6.", allowed.Output,
                StringComparison.Ordinal);
            Assert.Equal([2, 4, 5, 6, 8], File.ReadLines(Path.Combine(_command.Cell("run"), "metrics.jsonl")).Select(StepOf));
        }

        [Fact]
        public async Task A_section_can_be_allowed_as_a_whole()
        {
            await Begin();

            var allowed = await RunCommand.Run(
                _command.Args("run", 8, "--resume", "--learning-rate", "0.01", "--allow-change", "training"));

            Assert.Equal(0, allowed.ExitCode);
        }

        [Fact]
        public async Task What_changes_no_number_may_differ()
        {
            await Begin();

            var ran = await RunCommand.Run(_command.Args("run", 6, "--resume", "--Training:KeepLast=1", "--Training:Recompute=true"));

            Assert.Equal((0, ""), (ran.ExitCode, string.Join('\n', ran.Errors)));
        }

        [Fact]
        public async Task Another_text_is_refused()
        {
            await Begin();
            File.AppendAllText(Path.Combine(_command.Corpus, "00.txt"), "one word more");

            var refused = await RunCommand.Run(_command.Args("run", 6, "--resume"));

            Assert.Equal(2, refused.ExitCode);
            Assert.StartsWith("error: Corpus is texts (SHA-256 ", Assert.Single(refused.Errors), StringComparison.Ordinal);
            Assert.EndsWith("allow it by --allow-change Corpus.", refused.Errors[0], StringComparison.Ordinal);
        }

        [Fact]
        public async Task Another_declaration_of_that_name_is_refused()
        {
            await Begin();

            var refused = await RunCommand.Run(_command.Args("run", 6, "--resume"), default, MoeVariant.Of<Changed.ResumedMoe>());

            Assert.Equal(2, refused.ExitCode);
            Assert.StartsWith("error: Declaration is '", Assert.Single(refused.Errors), StringComparison.Ordinal);
            Assert.Contains("BiasBalance", refused.Errors[0], StringComparison.Ordinal);
        }

        /// <summary>The same texts in other shares: their hash is the same, their order is not.</summary>
        [Fact]
        public async Task Other_shares_of_the_domains_are_refused()
        {
            string[] Mixed(string weight, params string[] more) =>
            [
                .. _command.Args("run", 4, more).Where(arg => arg != "--corpus" && arg != _command.Corpus),
                "--Corpus:Domains:0:Name=a", $"--Corpus:Domains:0:Path={_command.Corpus}", $"--Corpus:Domains:0:Weight={weight}",
                "--Corpus:Domains:1:Name=b", $"--Corpus:Domains:1:Path={_command.Corpus}",
            ];
            var begun = await RunCommand.Run(Mixed("3"));

            var refused = await RunCommand.Run(Mixed("1", "--resume"));

            Assert.True(begun.ExitCode == 0, string.Join('\n', begun.Errors));
            Assert.Equal(
                (2, "error: Corpus:Domains is a 0.5, b 0.5, but the run to be resumed has a 0.75, b 0.25. Change it back, or allow it by "
                    + "--allow-change Corpus:Domains."),
                (refused.ExitCode, Assert.Single(refused.Errors)));
        }

        [Theory]
        [InlineData("--variant", "Dense")]
        [InlineData("--seed", "6")]
        public async Task Another_variant_or_seed_is_refused(string option, string value)
        {
            await Begin();

            var refused = await RunCommand.Run(RunCommand.With(_command.Args("run", 6, "--resume"), option, value));

            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("was begun with ResumedMoe/seed-5; name one of these", Assert.Single(refused.Errors), StringComparison.Ordinal);
        }

        [Fact]
        public async Task A_damaged_newest_checkpoint_is_reported_and_the_one_before_it_taken()
        {
            await Begin();
            Damage(6);

            var ran = await RunCommand.Run(_command.Args("run", 6, "--resume"));

            Assert.Equal(0, ran.ExitCode);
            Assert.Contains("step-6/model.safetensors is damaged: its bytes are not those of the manifest's SHA-256", ran.Output,
                StringComparison.Ordinal);
            Assert.Contains("Training continues from step 5, ", ran.Output, StringComparison.Ordinal);
            Assert.Equal(6, new CheckpointStore(DiskFiles.Instance, _command.Checkpoints("run")).Newest().Newest!.Step);
        }

        [Fact]
        public async Task A_run_whose_checkpoints_are_all_damaged_never_begins_anew_by_itself()
        {
            await Begin();
            foreach (var step in _command.Steps("run"))
            {
                Damage(step);
            }

            var ran = await RunCommand.Run(_command.Args("run", 6, "--resume"));

            Assert.Equal(1, ran.ExitCode);
            Assert.Contains("has no whole checkpoint to continue from: ", Assert.Single(ran.Errors), StringComparison.Ordinal);
        }

        [Fact]
        public async Task A_run_without_a_checkpoint_begins_at_step_0_and_says_so()
        {
            await Begin();
            Directory.Delete(_command.Checkpoints("run"), recursive: true);

            var ran = await RunCommand.Run(_command.Args("run", 6, "--resume"));

            Assert.Equal(0, ran.ExitCode);
            Assert.Contains("has no checkpoint; training begins at step 0.", ran.Output, StringComparison.Ordinal);
        }

        [Fact]
        public async Task A_run_that_is_not_there_cannot_be_continued()
        {
            var refused = await RunCommand.Run(_command.Args("nothing", 6, "--resume"));

            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("nothing", Assert.Single(refused.Errors), StringComparison.Ordinal);
            Assert.False(Directory.Exists(_command.Runs));
        }

        [Fact]
        public async Task A_second_process_is_refused_by_the_name_of_the_first()
        {
            await Begin();
            using var held = RunLock.Take(DiskFiles.Instance, Path.Combine(_command.Runs, "run"));

            var refused = await RunCommand.Run(_command.Args("run", 6, "--resume"));

            Assert.Equal(2, refused.ExitCode);
            Assert.Contains($"is in use by process {Environment.ProcessId} on ", Assert.Single(refused.Errors), StringComparison.Ordinal);
        }

        [Fact]
        public async Task Changes_are_only_allowed_where_a_run_is_continued()
        {
            var refused = await RunCommand.Run(_command.Args("run", 6, "--allow-change", "Training:Steps"));

            Assert.Equal(
                (2, "error: --allow-change (Run:AllowChange) is 'Training:Steps'; it makes sense with Run:Resume only."),
                (refused.ExitCode, Assert.Single(refused.Errors)));
        }

        [Fact]
        public async Task A_stopped_run_says_130_and_goes_on_where_it_was()
        {
            // No checkpoint but that of the stop, however far the run has come by then.
            string[] quiet = ["--Training:CheckpointEvery=0", "--Training:ValidateEvery=0"];
            using var stop = new CancellationTokenSource();
            var running = RunCommand.Run(_command.Args("run", 100_000, quiet), stop.Token);
            while (!File.Exists(Path.Combine(_command.Cell("run"), "metrics.jsonl")) && !running.IsCompleted)
            {
                await Task.Delay(5);
            }

            await stop.CancelAsync();
            var stopped = await running;
            var saved = Assert.Single(_command.Steps("run"));
            var resumed = await RunCommand.Run(
                _command.Args("run", (int)saved + 2, [.. quiet, "--resume", "--allow-change", "Training:Steps"]));

            Assert.Equal(130, stopped.ExitCode);
            Assert.Equal(["Stopped; everything finished is saved."], stopped.Errors);
            Assert.Equal((0, saved + 2), (resumed.ExitCode, _command.Steps("run")[^1]));
        }

        private async Task Begin()
        {
            var begun = await RunCommand.Run(_command.Args("run", 6));
            Assert.True(begun.ExitCode == 0, string.Join('\n', begun.Errors) + begun.Output);
        }

        private void Damage(long step)
        {
            using var file = new FileStream(Path.Combine(_command.Checkpoints("run"), $"step-{step}", Checkpoint.ModelFile), FileMode.Open);
            file.Position = file.Length - 5;
            file.WriteByte(0xEE);
        }

        private static int StepOf(string line) =>
            System.Text.Json.JsonSerializer.Deserialize<TrainingProgress>(line, RunJson.Line)!.Step;
    }
}

namespace LibMoE.Runtime.Tests.Training.Resuming.Changed
{
    /// <summary>The variant after an edit: another rate.</summary>
    [MoeLayer, Experts<SwiGlu>(4, Hidden = 16), SoftmaxGate(TopK = 2, Jitter = 0.05), BiasBalance(0.02), RouterZLoss(0.001),
        ExpertDropout(0.1)]
    public sealed partial class ResumedMoe;
}
