using System.Globalization;
using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;
using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Diagnostics;

/// <summary>Collects what the checks of one declaration find; the same finding counts once.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<DiagnosticInfo> _found = [];

    /// <summary>How many findings there are.</summary>
    public int Count => _found.Count;

    /// <summary>The findings in the order in which they were reported.</summary>
    public IEnumerable<DiagnosticInfo> Found => _found;

    /// <summary>Adds a finding.</summary>
    public void Report(DiagnosticDescriptor descriptor, LocationInfo location, params object[] arguments)
    {
        var texts = arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!);
        Add(new DiagnosticInfo(descriptor, location, new EquatableArray<string>(texts)));
    }

    /// <summary>Adds the findings of another bag.</summary>
    public void AddRange(DiagnosticBag other) => other._found.ForEach(Add);

    private void Add(DiagnosticInfo found)
    {
        if (!_found.Contains(found))
        {
            _found.Add(found);
        }
    }
}
