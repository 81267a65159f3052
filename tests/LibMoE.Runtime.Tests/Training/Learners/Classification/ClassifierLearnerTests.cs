using System.Text.Json;
using LibMoE.Runtime.Files;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training.Learners.Classification;

/// <summary>A program gives data and a net; the rest of a study of classifiers is the runtime's.</summary>
public sealed class ClassifierLearnerTests : IDisposable
{
    private static readonly string[] Tiny =
    [
        "--threads", "1", "--steps", "40", "--batch", "32", "--learning-rate", "0.02", "--Training:Warmup=2",
        "--Training:ValidationSequences=400",
    ];

    private readonly string _home = Directory.GetCurrentDirectory();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-classifier-");

    public ClassifierLearnerTests() => Directory.SetCurrentDirectory(_folder.FullName);

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_home);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_study_measures_people_by_group_and_shows_simple_methods_beside_its_variants()
    {
        var output = await Run(["study", "--seeds", "2", "--name", "s", .. Tiny]);

        var results = StudyResults.Read("runs/s");
        string[] metrics =
        [
            "accuracy", "auroc", "parity gap", "odds gap", "loss", "calibration error", "accuracy.women", "accuracy.men",
            "selection rate.women", "selection rate.men", "true positive rate.women", "true positive rate.men", "false positive rate.women",
            "false positive rate.men", "calibration error.women", "calibration error.men",
        ];
        Assert.All(results.Variants, variant => Assert.Equal(metrics, variant.Metrics.Select(metric => metric.Name)));
        var baseline = Assert.Single(results.Baselines!);
        Assert.Equal("logistic regression", baseline.Name);
        Assert.Equal(metrics, baseline.Metrics.Select(metric => metric.Name));
        Assert.All(baseline.Metrics, metric => Assert.True(double.IsFinite(metric.Value)));
        Assert.Contains("logistic regression", output, StringComparison.Ordinal);
        Assert.Contains("Beside simple methods", await File.ReadAllTextAsync("runs/s/report.html"), StringComparison.Ordinal);
        Assert.StartsWith("method,accuracy,accuracy_std_err,auroc", (await File.ReadAllLinesAsync("runs/s/data/baselines.csv"))[0],
            StringComparison.Ordinal);
        Assert.Equal(["women", "men"], CellAnalysis.Read("runs/s/TinyMoe/seed-0")!.Kinds!);
    }

    [Fact]
    public async Task The_metrics_are_those_of_what_was_said()
    {
        await Run(["train", "--name", "t", .. Tiny]);
        using var learner = Make(new LearnerSetup(TinyLearner.Variant, new TrainingConfig()));
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        learner.Model.eval();
        var items = learner.Score(0, 400, MoeContext.None).Items;
        var (right, yes) = (items[0], items[1]);
        var measured = learner.Summarize(items).ToDictionary(metric => metric.Name);

        bool[] said = [.. yes.Select(p => p > 0.5)];
        Assert.Equal(
            People.Test.Labels.Zip(said).Average(pair => pair.First == 1 == pair.Second ? 1.0 : 0), measured["accuracy"].Value, 12);
        Assert.Equal(Auroc.Of(yes, [.. People.Test.Labels.Select(label => label == 1)]).Value, measured["auroc"].Value, 12);
        var women = Enumerable.Range(0, 400).Where(row => People.Test.Groups![row] == 0).ToList();
        Assert.Equal(women.Average(row => right[row]), measured["accuracy.women"].Value, 12);
        var men = Enumerable.Range(0, 400).Except(women).ToList();
        Assert.Equal(Math.Abs(Share(women) - Share(men)), measured["parity gap"].Value, 12);
        Assert.Equal(Share(women), measured["selection rate.women"].Value, 12);
        Assert.Equal(Share([.. men.Where(row => People.Test.Labels[row] == 1)]), measured["true positive rate.men"].Value, 12);
        Assert.Equal(Share([.. men.Where(row => People.Test.Labels[row] == 0)]), measured["false positive rate.men"].Value, 12);
        Assert.Equal(
            yes.Zip(People.Test.Labels).Average(pair => -Math.Log(pair.Second == 1 ? pair.First : 1 - pair.First)),
            measured["loss"].Value, 6);

        double Share(List<int> rows) => rows.Average(row => said[row] ? 1.0 : 0);
    }

    [Fact]
    public async Task A_term_against_the_gap_makes_it_smaller_and_is_a_setting_of_a_grid()
    {
        await Run(["study", "--variants", "TinyMoe", "--name", "g", "--Study:Grid:Training:Fairness:Parity=0,3", .. Tiny]);

        var gaps = StudyResults.Read("runs/g").Variants.ToDictionary(
            variant => variant.Settings!["Training:Fairness:Parity"], variant => variant.Metrics[2].Value);
        Assert.True(gaps["3"] < gaps["0"] - 0.1, $"{gaps["0"]} and {gaps["3"]}");
        Assert.DoesNotContain(
            "fairness", JsonSerializer.Serialize(new TrainingConfig(), RunJson.Indented), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Weights_that_make_group_and_class_independent_change_what_is_learned()
    {
        await Run(["train", "--name", "plain", .. Tiny]);
        await Run(["train", "--name", "weighed", "--Training:Fairness:Reweigh=true", .. Tiny]);

        Assert.True(Gap("weighed") < Gap("plain"), $"{Gap("plain")} and {Gap("weighed")}");
    }

    [Fact]
    public async Task An_adversary_makes_the_gap_smaller_and_is_saved_with_the_net()
    {
        await Run(["study", "--variants", "TinyMoe", "--name", "a", "--Study:Grid:Training:Fairness:Adversary=0,2", .. Tiny]);

        var runs = StudyResults.Read("runs/a").Variants.ToDictionary(variant => variant.Settings!["Training:Fairness:Adversary"]);
        var (without, with) = (runs["0"].Metrics[2].Value, runs["2"].Metrics[2].Value);
        Assert.True(with < without - 0.1, $"{without} and {with}");
        Assert.Equal(
            1, Directory.GetFiles("runs/a", "model.safetensors", SearchOption.AllDirectories)
                .Count(file => File.ReadAllText(file).Contains("adversary.hidden.weight", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_student_learns_from_a_stored_teacher_and_differs_from_one_that_learned_alone()
    {
        await Run(["train", "--variant", "TinyMoe", "--name", "teacher", .. Tiny]);
        string[] distilled = ["--Training:Distill:Teacher=runs/teacher", "--Study:Grid:Training:Distill:Weight=0,1"];
        await Run(["study", "--variants", "Dense", "--name", "students", .. distilled, .. Tiny]);
        await Run(["study", "--variants", "Dense", "--name", "alone", .. Tiny]);

        var students = StudyResults.Read("runs/students").Variants.ToDictionary(
            variant => variant.Settings!["Training:Distill:Weight"], variant => variant.ValidationLoss);
        Assert.Equal(StudyResults.Read("runs/alone").Variants.Single().ValidationLoss, students["0"]);
        Assert.NotEqual(students["0"], students["1"]);
        Assert.Contains(
            "Training:Distill:Teacher is missing", await Fail(["train", "--Training:Distill:Weight=1", .. Tiny], Make),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fairness_of_a_learner_without_groups_and_negative_terms_are_refused()
    {
        Assert.Contains(
            "Training:Fairness:Odds is -1; it must be a coefficient from 0 up.",
            await Fail(["train", "--Training:Fairness:Odds=-1", .. Tiny], Make), StringComparison.Ordinal);
        Assert.Contains(
            "Training:Fairness is given, but TinyLearner says yes or no of no groups of people",
            await Fail(["train", "--Training:Fairness:Odds=1", .. Tiny], setup => new TinyLearner(setup)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_epoch_shows_every_example_once_in_another_order_of_the_seed()
    {
        var seen = new List<float>();
        var rows = new LabelledRows([0, 1, 2, 3, 4], [1], [0, 1, 0, 1, 0]);
        var data = new ClassifierData("five", ["no", "yes"], rows, rows)
        {
            Augment = (x_NF, _) =>
            {
                seen.AddRange(x_NF.data<float>());
                return x_NF;
            },
        };
        var setup = new LearnerSetup(null, new TrainingConfig());
        using var learner = new ClassifierLearner(setup, data, new Net(setup, 1));
        using var scope = NewDisposeScope();
        learner.Learn(0, 4, MoeContext.None);
        learner.Learn(4, 6, MoeContext.None);

        Assert.Equal([0, 1, 2, 3, 4], seen.Take(5).Order());
        Assert.Equal([0, 1, 2, 3, 4], seen.Skip(5).Order());
        Assert.NotEqual(seen.Take(5), seen.Skip(5));
    }

    private static double Gap(string run) => StudyResults.Read($"runs/{run}").Variants.Single().Metrics[2].Value;

    /// <summary>The first number says what is true, the second is the group, and more of one group are of one class.</summary>
    private static ClassifierData People { get; } = MakePeople();

    private static ClassifierData MakePeople()
    {
        return new ClassifierData("people", ["no", "yes"], Rows(1), Rows(2))
        {
            Groups = ["women", "men"],
            ComparesGroups = true,
            Baselines = [("logistic regression", data => LogisticRegression.Predict(data))],
        };

        static LabelledRows Rows(int seed)
        {
            var random = new Random(seed);
            int[] groups = [.. Enumerable.Range(0, 400).Select(_ => random.Next(2))];
            int[] labels = [.. groups.Select(group => random.NextDouble() < (group == 1 ? 0.7 : 0.3) ? 1 : 0)];
            float[] values = [.. groups.Zip(labels)
                .SelectMany(pair => new[] { pair.Second + 2 * random.NextSingle() - 1.5f, pair.First - 0.5f })];
            return new LabelledRows(values, [2], labels, groups);
        }
    }

    private static ClassifierLearner Make(LearnerSetup setup) => new(setup, People, new Net(setup, 2));

    private static async Task<string> Run(string[] args)
    {
        var (exitCode, output, error) = await Start(args, Make);
        Assert.True(exitCode == ExitCode.Done, output + error);
        return output;
    }

    private static async Task<string> Fail(string[] args, Func<LearnerSetup, Learner> make)
    {
        var (exitCode, _, error) = await Start(args, make);
        Assert.Equal(ExitCode.Usage, exitCode);
        return error;
    }

    private static async Task<(int ExitCode, string Output, string Error)> Start(string[] args, Func<LearnerSetup, Learner> make)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder(args, output, error);
        builder.Services.AddSingleton(TinyLearner.Variant);
        builder.UseLearner(make);
        return (await builder.Build().RunVerbAsync(default), output.ToString(), error.ToString());
    }

    private sealed class Net : nn.Module<Tensor, MoeContext, (Tensor Logits_NC, IReadOnlyList<Routing> Routings)>
    {
        private readonly Linear embed, head;
        private readonly FeedForward ffn;

        public Net(LearnerSetup setup, int features)
            : base(nameof(Net))
        {
            (embed, head) = (nn.Linear(features, 16), nn.Linear(16, 2));
            ffn = setup.FeedForward(16, hidden: 16, prefix: "ffn.");
            RegisterComponents();
        }

        public override (Tensor Logits_NC, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
        {
            var h_ND = embed.forward(x_NF).relu();
            var (mixed_ND, routing) = ffn.forward(h_ND, context);
            return (head.forward(h_ND + mixed_ND), routing is null ? [] : [routing]);
        }
    }
}
