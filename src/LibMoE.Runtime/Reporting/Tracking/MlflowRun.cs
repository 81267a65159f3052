using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Logging;

namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>
/// A cell as a run of an MLflow experiment: its settings are parameters, its reports metrics. Which run that is stands in the cell's
/// <c>mlflow.json</c>, so that a continued cell goes on in the same one.
/// </summary>
internal sealed class MlflowRun : ICellWatcher
{
    private const string FileName = "mlflow.json";

    /// <summary>MLflow's limits on one call and one value.</summary>
    private const int MetricsOfACall = 1000;
    private const int ParametersOfACall = 100;
    private const int LongestValue = 6000;
    private const int LongestKey = 250;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly MlflowClient _client;
    private readonly BackgroundSender _sender;
    private readonly StudyCell _cell;
    private readonly CellFolder _folder;
    private readonly Uri _server;
    private readonly string _experiment;
    private readonly TimeProvider _clock;
    private string? _run;
    private bool _ended;

    /// <summary>Begins to send.</summary>
    public MlflowRun(Uri server, string experiment, StudyCell cell, CellFolder folder, ILogger log, TimeProvider clock)
    {
        (_cell, _folder, _server, _experiment, _clock) = (cell, folder, server, experiment, clock);
        _client = new MlflowClient(server, CallTimeout);
        _sender = new BackgroundSender($"MLflow at {server.GetLeftPart(UriPartial.Authority)}", log, Patience);
        _sender.Send(async stop => await RunAsync(stop).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public void Report(TrainingProgress progress) =>
        Log(progress.Step, ProgressScalars.Of(progress, _cell.Variant.BlockNumbers));

    /// <inheritdoc />
    public void Finish(TrainingResult result)
    {
        Log(result.History[^1].Step, ProgressScalars.Of(result));
        End("FINISHED");
    }

    /// <inheritdoc />
    public void Break(Exception? reason) => End(reason is null ? "KILLED" : "FAILED");

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_ended)
        {
            End("KILLED");
        }

        _sender.Dispose();
        _client.Dispose();
    }

    private void Log(int step, IEnumerable<(string Tag, double Value)> scalars)
    {
        var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var some in scalars.ToList().Chunk(MetricsOfACall))
        {
            _sender.Send(async stop => await _client.LogAsync(
                await RunAsync(stop).ConfigureAwait(false), Metrics(some, step, now), [], stop).ConfigureAwait(false));
        }
    }

    private void End(string status)
    {
        (_ended, var now) = (true, _clock.GetUtcNow());
        _sender.Send(async stop => await _client.UpdateAsync(
            await RunAsync(stop).ConfigureAwait(false), status, now, stop).ConfigureAwait(false));
    }

    /// <summary>The run's id: of the one that was begun earlier, or of a new one with its parameters.</summary>
    private async Task<string> RunAsync(CancellationToken stop)
    {
        if (_run is not null)
        {
            return _run;
        }

        if (Known() is { } known)
        {
            await _client.UpdateAsync(known.Run, "RUNNING", null, stop).ConfigureAwait(false);
            if (!known.IsDescribed)
            {
                await DescribeAsync(known.Run, stop).ConfigureAwait(false);
            }

            return _run = known.Run;
        }

        var experiment = await _client.ExperimentAsync(_experiment, stop).ConfigureAwait(false);
        var run = await _client.CreateRunAsync(experiment, _cell.ToString()!, _clock.GetUtcNow(),
        [
            ("libmoe.variant", _cell.Variant.Name), ("libmoe.folder", _cell.Folder),
        ], stop).ConfigureAwait(false);
        Keep(new Kept(_server.ToString(), run));
        await DescribeAsync(run, stop).ConfigureAwait(false);
        return _run = run;
    }

    /// <summary>Sends the parameters; the same ones may be sent again.</summary>
    private async Task DescribeAsync(string run, CancellationToken stop)
    {
        foreach (var some in Parameters().Chunk(ParametersOfACall))
        {
            await _client.LogAsync(run, [], some, stop).ConfigureAwait(false);
        }

        Keep(new Kept(_server.ToString(), run, IsDescribed: true));
    }

    private void Keep(Kept kept) => _folder.WriteIfPossible(FileName, JsonSerializer.Serialize(kept, RunJson.Indented));

    private Kept? Known()
    {
        try
        {
            return _folder.Read(FileName) is { } text
                && JsonSerializer.Deserialize<Kept>(text, RunJson.Indented) is { Run.Length: > 0 } kept
                && kept.Server == _server.ToString() ? kept : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private List<(string Key, string Value)> Parameters() => _folder.Read(CellFiles.Config) is { } config
        ? [.. JsonLeaves.Of(config).Where(leaf => leaf.Value.Length <= LongestValue).Select(leaf => (Key(leaf.Key), leaf.Value.Trim('"')))]
        : [];

    private static JsonArray Metrics(IEnumerable<(string Tag, double Value)> scalars, int step, long now) =>
        new([.. scalars.Select(scalar => new JsonObject
        {
            ["key"] = Key(scalar.Tag),
            // Protocol buffers' JSON writes what JSON has no number for as a word.
            ["value"] = double.IsFinite(scalar.Value)
                ? scalar.Value
                : double.IsNaN(scalar.Value) ? "NaN" : scalar.Value > 0 ? "Infinity" : "-Infinity",
            ["timestamp"] = now,
            ["step"] = step,
        })]);

    /// <summary>What MLflow takes as a name.</summary>
    private static string Key(string name)
    {
        var key = string.Concat(name.Select(letter =>
            letter == ':' ? '.' : char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ' ' or '/' ? letter : '_'));
        return key[..Math.Min(key.Length, LongestKey)];
    }

    private sealed record Kept(string Server, string Run, bool IsDescribed = false);
}
