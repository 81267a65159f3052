namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Mathematics on figures, plots and photographs, with options and without.</summary>
    public static EvaluationTask MathVista { get; } = new()
    {
        Name = "mathvista",
        Version = 1,
        Title = "MathVista testmini",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("mathvista/testmini.json")],
                Format = DataFormat.Json,
                Rows = ".",
                Images = new("mathvista/images.zip"),
                Fields = new Dictionary<string, string>
                {
                    ["kind"] = "{question_type} {answer_type} {precision?|replace:.0=}",
                    ["picture"] = "{image|name}",
                },
            },
            new()
            {
                Files = [new("mathvista/testmini.parquet")],
                Format = DataFormat.Parquet,
                Fields = new Dictionary<string, string>
                {
                    ["kind"] = "{question_type} {answer_type} {precision?|replace:.0=}",
                    ["picture"] = "{decoded_image}",
                },
            },
        ],
        Images = ["{picture}"],
        Choices = ["{choices?}"],
        OptionsVary = true,
        Prompt = "Question: {question}{unit?|wrap: (Unit: *)}{$bracketed|wrap:\nChoices:\n*}\n{kind|map:"
            + "multi_choice text =Hint: Please answer the question "
            + "and provide the correct option letter, e.g., A, B, C, D, at the end.;"
            + "free_form integer =Hint: Please answer the question "
            + "requiring an integer answer and provide the final value, e.g., 1, 2, 3, at the end.;"
            + "free_form float 1=Hint: Please answer the question "
            + "requiring a floating-point number with one decimal place and provide the final value, e.g., 1.2, 1.3, 1.4, at the end.;"
            + "free_form float 2=Hint: Please answer the question "
            + "requiring a floating-point number with two decimal places and provide the final value, e.g., 1.23, 1.34, 1.45, at the end.;"
            + "free_form list =Hint: Please answer the question "
            + "requiring a Python list as an answer and provide the final list, e.g., [1, 2, 3], [1.2, 1.3, 1.4], at the end."
            + "}\nSolution:",
        Target = "{answer}",
        Rule = AnswerRule.MathVista,
        Details = new Dictionary<string, string>
        {
            ["questionType"] = "{question_type}",
            ["answerType"] = "{answer_type}",
            ["precision"] = "{precision?}",
        },
        MaxTokens = 512,
        Until = [],
        Group = "{metadata.task?}",
        Metric = MetricNames.Accuracy,
        Citation = "Lu et al. 2024, MathVista: evaluating mathematical reasoning of foundation models in visual contexts, arXiv:2310.02255",
        Licence = "CC BY-SA 4.0",
        Access = "testmini.json and images.zip, or the testmini table of AI4Math/MathVista as testmini.parquet",
        Homepage = "https://mathvista.github.io",
    };
}
