// Plots the losses of a run with ScottPlot (MIT), which comes with LibMoE.Runtime and needs no screen, after examples/scripts/train.cs:
// dotnet run -c Release examples/scripts/plot.cs runs/train loss.svg
using System.Text.Json;
using ScottPlot;

var (run, file) = (args.ElementAtOrDefault(0) ?? "runs/train", args.ElementAtOrDefault(1) ?? "loss.svg");
using var plot = new Plot();
foreach (var metrics in Directory.EnumerateFiles(run, "metrics.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
{
    var points = File.ReadLines(metrics).Select(line => JsonDocument.Parse(line).RootElement)
        .Select(point => (Step: point.GetProperty("step").GetDouble(), Loss: point.GetProperty("loss").GetDouble())).ToList();
    var line = plot.Add.Scatter(points.Select(point => point.Step).ToArray(), points.Select(point => point.Loss).ToArray());
    (line.LegendText, line.MarkerSize) = (Path.GetRelativePath(run, Path.GetDirectoryName(metrics)!), 0);
}

plot.XLabel("step");
plot.YLabel("training loss, nats per token");
plot.ShowLegend();
if (file.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
{
    plot.SaveSvg(file, 800, 500);
}
else
{
    plot.SavePng(file, 800, 500);
}

Console.WriteLine($"{plot.GetPlottables().Count()} curves of {run} in {file}");
