using LibMoE.Runtime;

namespace Domains;

/// <summary>What was asked for before anything was trained.</summary>
internal interface ICriterion
{
    /// <summary>What was asked for, and what each variant came to.</summary>
    string Of(StudyResults results);
}
