using System.Text.Json;
using LibMoE.Runtime.Evaluation.Results;
using LibMoE.Runtime.Hosting.Evaluations;

namespace LibMoE.Runtime.Tests.Evaluation.Results;

/// <summary>An evaluation of a hand-made scorer, written as <c>evaluate</c> writes it: one task of every form.</summary>
internal sealed class HarnessExport : IDisposable
{
    private readonly DataFolder _data = SampleTask.Data([0, 1, 2, 3, 0, 1, 2]);
    private readonly DataFolder _out = new();

    public HarnessExport()
    {
        _data.With("pairs.jsonl",
            """{"sentence_good":"“Cats” sleep.","sentence_bad":"Cats sleeps.","UID":"a/b","n":1.50,"m":[1e-7,2,{}],"e":[]}""" + "\n");
        _data.With("w.jsonl", """{"sentence":"Ann thanked _ as he left.","option1":"Bo","option2":"Cy","answer":"2"}""" + "\n");
        _data.With("text.txt", "One day 😀\n\tof \"May\".\n");
        _data.With("ask.jsonl", """{"q":"1+1=","t":"2"}""" + "\n");
        _data.With("last.jsonl", """{"q":"Once upon a","t":" time"}""" + "\n");
    }

    /// <summary>Where the files are.</summary>
    public string Folder => Path.Combine(_out.Path, HarnessResults.Folder);

    public JsonElement Results => Json(File.ReadAllText(Path.Combine(Folder, HarnessResults.FileName)));

    public IReadOnlyList<string> SampleFiles => [.. Directory.GetFiles(Folder, "samples*").Order(StringComparer.Ordinal)];

    public IReadOnlyList<JsonElement> Samples(string task) =>
        [.. File.ReadLines(Path.Combine(Folder, $"samples_{task}_libmoe.jsonl")).Select(Json)];

    public static IReadOnlyList<EvaluationTask> Tasks { get; } =
    [
        SampleTask.Choice(group: "{g}", mean: MeanKind.Macro),
        KnownTasks.BlimpHarness with { Sources = [Source("pairs.jsonl")] },
        KnownTasks.WinoGrande with { Sources = [KnownTasks.WinoGrande.Sources[1] with { Files = [new("w.jsonl")] }] },
        KnownTasks.AnyText("running", "text.txt"),
        SampleTask.OfTarget(TaskForm.Generate, MetricNames.ExactMatch) with { Name = "ask", Sources = [Source("ask.jsonl")] },
        SampleTask.OfTarget(TaskForm.LastWord, MetricNames.Accuracy) with { Name = "last", Sources = [Source("last.jsonl")] },
    ];

    public HarnessExport Write(bool samples = true, int? limit = null)
    {
        var options = new EvaluationOptions { Samples = samples, Limit = limit };
        var scorer = new HandMadeScorer(request => request.Item % 4 == request.Part ? -0.5 : -2 - request.Part) { NextToken = _ => '2' };
        var outcomes = Tasks.Select(task => (task, new Evaluator(_data.Cache, options).Run(scorer, task))).ToList();
        EvaluationFiles.Write(_out.Path, EvaluationResults.Of(scorer, outcomes, options), outcomes, _data.Cache, options);
        return this;
    }

    public void Dispose()
    {
        _data.Dispose();
        _out.Dispose();
    }

    private static TaskSource Source(string file) => new() { Files = [new(file)], Format = DataFormat.JsonLines };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
