using System.Text.Json;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Checkpoints.Store;
using LibMoE.Runtime.Tests.Training.Resuming;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>A step whose loss or gradient is not finite is skipped; too many in a row end the run with a diagnosis.</summary>
public class NonFiniteTests
{
    private static readonly TrainingConfig Config =
        ResumeRuns.Config with { ValidateEvery = 0, AverageDecay = 0, Compute = ComputeType.Float32, LogEvery = 1 };

    [Fact]
    public void A_bad_step_is_skipped_and_counted_and_the_run_goes_on()
    {
        var poison = new Poison(parameter: "blocks.1.ffn.experts.down", expert: 2, fromStep: 4, steps: 2);

        var (result, disk) = Train(poison, limit: 3);

        Assert.Equal((12, 2), (result.Steps, result.SkippedSteps));
        Assert.Equal([0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2], result.History.Select(report => report.SkippedSteps));
        Assert.True(double.IsFinite(result.ValidationLoss));
        Assert.Null(disk.Find("/run/diagnosis.json"));
    }

    [Fact]
    public void A_run_that_stays_bad_ends_with_a_diagnosis_of_the_block_and_the_expert_and_the_batch()
    {
        var poison = new Poison(parameter: "blocks.1.ffn.experts.down", expert: 2, fromStep: 6, steps: 100);
        var disk = Saves.Disk();

        var error = Assert.Throws<TrainingFailedException>(() => Train(poison, limit: 3, disk));

        Assert.StartsWith(
            "Training of ResumedMoe stopped at step 8, the third in a row that is not finite: the loss is NaN, ", error.Message);
        Assert.Contains("It begins in the parameter blocks.1.ffn.experts.down of expert 2; see /run/diagnosis.json.", error.Message);
        Assert.EndsWith("Try a lower Training:LearningRate than 0.005 or a longer Training:Warmup than 3.", error.Message);
        var report = JsonSerializer.Deserialize<NonFiniteReport>(disk.Bytes("/run/diagnosis.json"), RunJson.Indented)!;
        Assert.Equal((8, 3, 1), (report.Step, report.SkippedInARow, report.FirstBlock));
        Assert.Equal(["blocks.1.ffn.experts.down"], report.Parameters.Select(parameter => parameter.Name));
        Assert.Equal((1, 1L), (report.Parameters[0].Block, report.Parameters[0].Count));
        Assert.Equal([2], report.Parameters[0].Experts);
        Assert.NotEmpty(report.Gradients);
        Assert.Equal(8, report.Batch.Count);
        Assert.All(report.Batch, sequence => Assert.Equal(17, sequence.Count));
        var sampler = new BatchSampler(ResumeRuns.Corpus.Train, 16, 8, Config.Seed) { Position = 8 * 8 };
        Assert.Equal(sampler.Next(8).Inputs_SL[3].contiguous().data<long>().ToArray(), report.Batch[3].SkipLast(1));
        Assert.Equal(4, Saves.Search(disk).Newest!.Step);
    }

    [Fact]
    public void An_output_that_overflows_is_traced_to_the_expert_that_its_tokens_picked()
    {
        // Weights that are finite, but whose products are not.
        var poison = new Poison("blocks.0.ffn.experts.gate_up", expert: 1, fromStep: 6, steps: 100, value: 1e30f, whole: true);
        var disk = Saves.Disk();

        Assert.Throws<TrainingFailedException>(() => Train(poison, limit: 1, disk));

        var report = JsonSerializer.Deserialize<NonFiniteReport>(disk.Bytes("/run/diagnosis.json"), RunJson.Indented)!;
        Assert.Empty(report.Parameters);
        Assert.Equal(0, report.FirstBlock);
        Assert.Equal([1], report.Experts);
        Assert.True(report.Tokens > 0);
    }

    [Fact]
    public void A_gradient_that_a_balancing_term_spoils_is_traced_to_the_router_and_not_to_the_embedding()
    {
        var disk = Saves.Disk();
        using var model = LanguageModel.Create(ResumeRuns.Model, MoeVariant.Of<SpoiltMoe>(), seed: 5);

        var error = Assert.Throws<TrainingFailedException>(
            () => Trainer.Train(model, ResumeRuns.Corpus, Config with { NonFiniteLimit = 1 }, new TrainingStorage(disk, "/run"), null));

        Assert.Contains("It begins in the gradient of blocks.1.ffn.router.weight; see", error.Message, StringComparison.Ordinal);
        var report = JsonSerializer.Deserialize<NonFiniteReport>(disk.Bytes("/run/diagnosis.json"), RunJson.Indented)!;
        Assert.Null(report.FirstBlock);
        Assert.Contains("embedding.weight", report.Gradients.Select(gradient => gradient.Name));
    }

    [Fact]
    public void A_term_or_a_router_that_is_not_finite_is_named_with_its_block()
    {
        using var model = LanguageModel.Create(ResumeRuns.Model, MoeVariant.Of<UnboundedTermMoe>(), seed: 5);
        var term = Assert.Throws<TrainingFailedException>(
            () => Trainer.Train(
                model, ResumeRuns.Corpus, Config with { NonFiniteLimit = 1 }, new TrainingStorage(Saves.Disk(), "/run"), null));
        Assert.Contains(
            "It begins in the balancing term UnboundedTerm of the router of block 0; see", term.Message, StringComparison.Ordinal);

        var poison = new Poison("blocks.1.ffn.router.weight", expert: 1, fromStep: 6, steps: 100, value: 1e38f, whole: true);
        var router = Assert.Throws<TrainingFailedException>(() => Train(poison, limit: 1));
        Assert.Contains("It begins in the router of block 1; see", router.Message, StringComparison.Ordinal);
    }

    /// <summary>.NET without its culture data, as containers have it.</summary>
    [Fact]
    public void The_diagnosis_is_worded_without_any_culture_data()
    {
        using var folder = new TempFolder();
        var process = TestProgram.Start(["non-finite-diagnosis"], folder.Path, "env", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1");

        var ended = TestProgram.Wait(process);

        Assert.Equal([], ended.Errors);
        Assert.StartsWith("Training of SpoiltMoe stopped at step 1, the second in a row that is not finite: the loss is ",
            Assert.Single(ended.Output), StringComparison.Ordinal);
    }

    /// <summary>What a run of <see cref="SpoiltMoe"/> ends with.</summary>
    internal static string Diagnosis()
    {
        using var model = LanguageModel.Create(ResumeRuns.Model, MoeVariant.Of<SpoiltMoe>(), seed: 5);
        return Assert.Throws<TrainingFailedException>(
            () => Trainer.Train(
                model, ResumeRuns.Corpus, Config with { NonFiniteLimit = 2 }, new TrainingStorage(Saves.Disk(), "/run"), null)).Message;
    }

    private static (TrainingResult Result, ModelDisk Disk) Train(Poison poison, int limit, ModelDisk? disk = null)
    {
        disk ??= Saves.Disk();
        using var model = LanguageModel.Create(ResumeRuns.Model, ResumeRuns.Variant, seed: 5);
        poison.Model = model;
        return (Trainer.Train(model, ResumeRuns.Corpus, Config with { NonFiniteLimit = limit }, new TrainingStorage(disk, "/run"), poison),
            disk);
    }

    /// <summary>Puts a bad number into an expert after a step's report, and takes it out again after some more.</summary>
    private sealed class Poison(string parameter, int expert, int fromStep, int steps, float value = float.NaN, bool whole = false)
        : IProgress<TrainingProgress>
    {
        private Tensor? _good;

        public LanguageModel? Model { get; set; }

        public void Report(TrainingProgress report)
        {
            using var quiet = no_grad();
            var target = Model!.state_dict()[parameter];
            if (report.Step == fromStep)
            {
                _good = target.clone();
                using var slice = whole ? target[expert] : target[expert, 0, 0];
                slice.fill_(value);
            }
            else if (report.Step == fromStep + steps)
            {
                target.copy_(_good!);
            }
        }
    }
}

/// <summary>A term that is 0 and has a gradient of 0·∞ = NaN, in the second block only.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SpoiltTermAttribute(double coefficient) : BalanceAttribute<SpoiltTermAttribute>(coefficient),
    IBalanceTerm<SpoiltTermAttribute>
{
    private static int Calls;

    public static Tensor Loss(BalanceInputs inputs, SpoiltTermAttribute options)
    {
        // Blocks call in turn.
        var spoils = Calls++ % 2 == 1;
        return spoils ? (inputs.Logits.detach() - inputs.Logits).sqrt().mean() * 0 : inputs.Logits.mean() * 0;
    }
}

/// <summary>A term that is infinite.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UnboundedTermAttribute(double coefficient) : BalanceAttribute<UnboundedTermAttribute>(coefficient),
    IBalanceTerm<UnboundedTermAttribute>
{
    public static Tensor Loss(BalanceInputs inputs, UnboundedTermAttribute options) => (inputs.Logits.mean() * 0).log() * -1;
}

[MoeLayer, Experts<SwiGlu>(4, Hidden = 16), SoftmaxGate(TopK = 2), SpoiltTerm(0.1)]
internal sealed partial class SpoiltMoe;

[MoeLayer, Experts<SwiGlu>(4, Hidden = 16), SoftmaxGate(TopK = 2), UnboundedTerm(0.1)]
internal sealed partial class UnboundedTermMoe;
