using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit.Rules;

/// <summary>What a layer keeps: its parameter table, its file, and that a call leaves it alone.</summary>
internal static class ParameterRules
{
    public static KitRule Table { get; } = new("the state dict is the declared parameter table", (subject, findings) =>
    {
        var layer = subject.Fresh(KitSubject.Rows, ScalarType.Float64, 0);
        var table = subject.Declaration.Parameters(layer.Shape);
        var state = layer.state_dict();
        findings.That(table.Select(spec => spec.Name).ToHashSet().SetEquals(state.Keys),
            $"the state dict has {string.Join(", ", state.Keys)}; declared are {string.Join(", ", table.Select(spec => spec.Name))}.");
        var trained = layer.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => entry.name).ToHashSet();
        var buffers = layer.named_buffers().Select(entry => entry.name).ToHashSet();
        foreach (var spec in table.Where(spec => state.ContainsKey(spec.Name)))
        {
            findings.That(state[spec.Name].shape.SequenceEqual(spec.Shape), $"{spec.Name} does not have the declared shape.");
            findings.That(spec.Buffer == buffers.Contains(spec.Name), $"{spec.Name} is {(spec.Buffer ? "not " : "")}a buffer.");
            findings.That(trained.Contains(spec.Name) == !(spec.Buffer || spec.Frozen), $"{spec.Name} is wrongly trained or frozen.");
        }
    });

    public static KitRule SaveAndLoad { get; } = new("a layer read from a file gives the same bits", (subject, findings) =>
    {
        using var quiet = no_grad();
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float32);
        var call = subject.Call(layer, KitSubject.Rows);
        using var written = new MemoryStream();
        layer.save(written);
        using var file = new MemoryStream(written.ToArray());
        var copy = subject.Fresh(KitSubject.Rows, ScalarType.Float32, 12345);
        copy.load(file);
        findings.Same("the output", layer.forward(call.X, call.Context).Hidden, copy.forward(call.X, call.Context).Hidden);
    });

    public static KitRule ForwardChangesNothing { get; } = new("a call in training mode changes no state", (subject, findings) =>
    {
        var layer = subject.Layer(KitSubject.Rows, ScalarType.Float32);
        layer.train();
        var before = KitSubject.State(layer).ToDictionary(entry => entry.Name, entry => entry.Values.detach().clone());
        KitGradients.Of(layer, subject.Call(layer, KitSubject.Rows));
        foreach (var (name, values) in KitSubject.State(layer))
        {
            findings.Same(name, before[name], values);
        }
    });
}
