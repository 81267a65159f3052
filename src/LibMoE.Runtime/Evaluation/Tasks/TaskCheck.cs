using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Evaluation.Tasks;

/// <summary>What is wrong with a task record, found without its data.</summary>
internal static class TaskCheck
{
    /// <summary>One sentence per problem; empty if there is none.</summary>
    public static IReadOnlyList<string> Problems(EvaluationTask task)
    {
        var problems = new List<string>();
        Require(
            task.Name.Length > 0 && task.Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_'),
            $"the name '{task.Name}' must be lower-case letters, digits and underscores");
        Require(task.Version >= 1, $"the version is {task.Version}; it must be at least 1");
        Require(task.Sources.Count > 0, "it names no source");
        Require(MetricNames.Of(task).Contains(task.Metric),
            $"the metric '{task.Metric}' is not one of this {(task.Rule is null ? "form" : "rule")}'s, which are "
                + string.Join(", ", MetricNames.Of(task)));
        var choices = task.Form is TaskForm.Choice or TaskForm.PartialChoice or TaskForm.WholeText;
        var answers = task.Form == TaskForm.Generate && task.Rule is not null;
        Require(answers || choices == task.Choices.Count > 0, choices ? "it names no choices" : $"the form {task.Form} has no choices");
        var target = task.Form is TaskForm.PartialChoice or TaskForm.LastWord or TaskForm.Text or TaskForm.Generate;
        Require((answers && task.Choices.Count > 0) || target == task.Target is not null, target ? "it names no target"
            : $"the form {task.Form} has no target");
        Require(task.Rule is null || task.Form == TaskForm.Generate, "only generated answers have a 'rule'");
        Require(task.Images is null || task.Form == TaskForm.Generate, "only questions whose answers are generated have 'images'");
        Require(task.Images is not { Count: 0 }, "'images' names none");
        Require(task.Rule is not null || (task.Accepted is null && task.Details is null), "'accepted' and 'details' need a 'rule'");
        var prompt = task.Form is TaskForm.Choice or TaskForm.LastWord or TaskForm.Generate;
        Require(prompt == task.Prompt is not null, prompt ? "it names no prompt" : $"the form {task.Form} has no prompt");
        Require(task.Measured is null || task.Form == TaskForm.Text, "only running text has 'measured'");
        Require(task.Delimiter is null || task.Form != TaskForm.Text, "running text has no 'delimiter'");
        Require(task.MaxTokens >= 1, $"maxTokens is {task.MaxTokens}; it must be at least 1");
        foreach (var source in task.Sources)
        {
            CheckSource(source);
        }

        foreach (var template in TaskTemplates.Of(task, task.Sources))
        {
            CheckTemplate(template);
        }

        return problems;

        void CheckSource(TaskSource source)
        {
            var files = source.Files.Concat(source.Development).Concat(source.Beside ?? [])
                .Concat(new[] { source.Labels, source.Images }.OfType<SourceFile>()).ToList();
            Require(source.Rows is null || source.Format == DataFormat.Json, "only a JSON file has 'rows'");
            Require(source.Rotate is not true || task.Choices.Count > 0, "only choices can be rotated");
            Require((source.Only?.Values ?? []).All(IsPattern), "a text of 'only' is no regular expression");
            Require(source.Files.Count > 0, "a source names no file");
            Require(source.Labels is null || (source.Files.Count == 1 && source.Development.Count == 0),
                "a file of labels goes with one file of rows and no development split");
            Require(source.Beside is not { Count: > 0 } || source.Development.Count == 0,
                "files beside others go with no development split");
            Require(source.Together is null or >= 2, $"together is {source.Together}; it must be at least 2");
            Require(source.AnswerNames is null || source.Answer is not null, "answerNames needs an answer");
            foreach (var file in files)
            {
                Require(file.Path.Length > 0 && !Path.IsPathRooted(file.Path) && !file.Path.Split('/', '\\').Contains(".."),
                    $"the file '{file.Path}' must be a path inside the data folder, without '..'");
                Require(file.Sha256 is null || (file.Sha256.Length == 64 && file.Sha256.All(char.IsAsciiHexDigitLower)),
                    $"the hash of '{file.Path}' must be 64 lower-case hexadecimal digits");
                Require(file.Url is null || Uri.TryCreate(file.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https",
                    $"the address '{file.Url}' must start with http:// or https://");
            }
        }

        static bool IsPattern(string text)
        {
            try
            {
                _ = Regex.Match("", text);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        void CheckTemplate(string template)
        {
            try
            {
                _ = new TaskTemplate(template);
            }
            catch (FormatException fault)
            {
                problems.Add($"in a template, {fault.Message}");
            }
        }

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}
