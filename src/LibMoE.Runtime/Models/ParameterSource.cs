using TorchSharp.Modules;

namespace LibMoE.Runtime.Models;

/// <summary>Makes a backbone's parameters by their full state-dict names.</summary>
/// <param name="table">All parameters that the backbone has.</param>
/// <param name="init">Number type, device and seed.</param>
internal sealed class ParameterSource(IEnumerable<ParameterSpec> table, MoeShape init)
{
    private readonly Dictionary<string, ParameterSpec> _specs = table.ToDictionary(spec => spec.Name);
    private readonly MoeShape _init = init with { Prefix = "" };

    /// <summary>The parameter of that full name, initialised.</summary>
    public Parameter Make(string fullName) => new(_specs[fullName].Initialize(_init));

    /// <summary>The parameter of that full name, or null where the backbone has none.</summary>
    public Parameter? Find(string fullName) => _specs.ContainsKey(fullName) ? Make(fullName) : null;
}
